using Temporalio.Api.Enums.V1;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace OrderOrchestration.Worker;

/// <summary>What <c>temporal-dev.yaml</c> asks of a Temporal namespace.</summary>
public sealed record TemporalNamespaceFile(string Name, TimeSpan Retention, IReadOnlyDictionary<string, IndexedValueType> SearchAttributes)
{
    /// <summary>The copy that is published beside the program.</summary>
    public static string DefaultPath => Path.Combine(AppContext.BaseDirectory, "temporal-dev.yaml");

    /// <exception cref="InvalidDataException">The file is no YAML of this shape; the message names the file and the place.</exception>
    public static TemporalNamespaceFile Load(string path)
    {
        try
        {
            var document = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build()
                .Deserialize<Document>(File.ReadAllText(path));
            return new(
                Required(document.Namespace?.Name, "namespace.name"),
                ParseDays(Required(document.Namespace?.Retention, "namespace.retention")),
                (document.SearchAttributes ?? []).ToDictionary(pair => pair.Key, pair => ParseType(pair.Key, pair.Value)));
        }
        catch (Exception error) when (error is YamlException or FormatException)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    private static string Required(string? value, string name) => value ?? throw new FormatException($"{name} is missing");

    private static TimeSpan ParseDays(string text) =>
        text.EndsWith('d') && int.TryParse(text[..^1], out var days) && days > 0
            ? TimeSpan.FromDays(days)
            : throw new FormatException($"namespace.retention is a number of days such as 30d, not '{text}'");

    private static IndexedValueType ParseType(string name, string text) =>
        Enum.TryParse<IndexedValueType>(text, out var type) && type != IndexedValueType.Unspecified
            ? type
            : throw new FormatException($"searchAttributes.{name}: '{text}' is no type of search attribute");

    private sealed class Document
    {
        public NamespaceSection? Namespace { get; set; }

        public Dictionary<string, string>? SearchAttributes { get; set; }
    }

    private sealed class NamespaceSection
    {
        public string? Name { get; set; }

        public string? Retention { get; set; }
    }
}
