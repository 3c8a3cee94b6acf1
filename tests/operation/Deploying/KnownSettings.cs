using System.ComponentModel;
using System.Reflection;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Tests.Operation.Support;

namespace OrderOrchestration.Tests.Operation.Deploying;

/// <summary>Which settings our programs read: options of their sections, and keys that their sources name.</summary>
internal static class KnownSettings
{
    /// <summary>Read by libraries: the Temporal SDK's environment configuration, OpenTelemetry's exporter, ASP.NET Core.</summary>
    private static readonly string[] OfLibraries =
        ["TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "TEMPORAL_API_KEY", "OTEL_EXPORTER_OTLP_ENDPOINT", "ASPNETCORE_URLS", "Urls"];

    private static readonly string[] Teams = ["Product", "Payment", "Logistics", "Member", "Promotion", "Finance", "Notification"];

    private static readonly Lazy<string> Sources = new(() => string.Join(
        '\n',
        new[] { "activities", "api", "worker", "defaults", "dev/host" }
            .SelectMany(folder => Directory.EnumerateFiles(Repository.File(folder.Split('/')), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText)));

    private static readonly Lazy<HashSet<string>> Options = new(() =>
    [
        .. new[] { typeof(PartnerSettings).Assembly, typeof(OrderOrchestration.Api.OrderApi).Assembly, typeof(Worker.OrderWorker).Assembly, typeof(DevHost.EmbeddedOptions).Assembly, typeof(Workflows.OrderPolicies).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetField("Section", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true })
            .SelectMany(type => Properties((string)type.GetField("Section")!.GetRawConstantValue()!, type)),
    ]);

    /// <summary>Whether a program of ours reads a setting, by its name in the environment.</summary>
    public static bool Exists(string name) => name.Replace("__", ":", StringComparison.Ordinal).Split(':') switch
    {
        [var one] => OfLibraries.Contains(one) || Sources.Value.Contains($"\"{one}\"", StringComparison.Ordinal),
        ["ConnectionStrings", var database] => Sources.Value.Contains($"GetConnectionString(\"{database}\")", StringComparison.Ordinal),
        ["Partners", var team, var setting] => Teams.Contains(team) && typeof(PartnerTeamSettings).GetProperty(setting) is not null,
        ["Privacy", "MasterKeys" or "MasterKeyFiles", _] => true,
        ["Subscribers", _, var setting] => setting is "Url" or "Secret" or "Types",
        ["Logging" or "Kestrel", ..] => true,
        [.. var parts] => Options.Value.Contains(string.Join(':', parts)) || Sources.Value.Contains($"\"{string.Join(':', parts)}\"", StringComparison.Ordinal),
    };

    private static IEnumerable<string> Properties(string section, Type type) => type.GetProperties()
        .Where(property => property.CanWrite)
        .SelectMany(property => TypeDescriptor.GetConverter(property.PropertyType).CanConvertFrom(typeof(string)) || Nullable.GetUnderlyingType(property.PropertyType) is not null
            ? [$"{section}:{property.Name}"]
            : Properties($"{section}:{property.Name}", property.PropertyType).Append($"{section}:{property.Name}"));
}
