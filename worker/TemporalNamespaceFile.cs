using Temporalio.Api.Enums.V1;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace OrderOrchestration.Worker;

/// <summary>The setup of a Temporal namespace that <c>temporal-dev.yaml</c> requires.</summary>
public sealed record TemporalNamespaceFile(
    string Name, TimeSpan Retention, IReadOnlyDictionary<string, IndexedValueType> SearchAttributes, IReadOnlyList<WantedSchedule> Schedules)
{
    /// <summary>The copy that is published with the program.</summary>
    public static string DefaultPath => Path.Combine(AppContext.BaseDirectory, "temporal-dev.yaml");

    /// <exception cref="InvalidDataException">The file is not YAML of this form; the message names the file and the place.</exception>
    public static TemporalNamespaceFile Load(string path)
    {
        try
        {
            var document = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build()
                .Deserialize<Document>(File.ReadAllText(path));
            return new(
                Required(document.Namespace?.Name, "namespace.name"),
                ParseDays("namespace.retention", Required(document.Namespace?.Retention, "namespace.retention")),
                (document.SearchAttributes ?? []).ToDictionary(pair => pair.Key, pair => ParseType(pair.Key, pair.Value)),
                [.. (document.Schedules ?? []).Select(pair => ParseSchedule(pair.Key, pair.Value))]);
        }
        catch (Exception error) when (error is YamlException or FormatException)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    private static string Required(string? value, string name) => value ?? throw new FormatException($"{name} is missing");

    private static TimeSpan ParseDays(string name, string text) =>
        text.EndsWith('d') && int.TryParse(text[..^1], out var days) && days > 0
            ? TimeSpan.FromDays(days)
            : throw new FormatException($"{name} is a number of days such as 30d, not '{text}'");

    private static IndexedValueType ParseType(string name, string text) =>
        Enum.TryParse<IndexedValueType>(text, out var type) && type != IndexedValueType.Unspecified
            ? type
            : throw new FormatException($"searchAttributes.{name}: '{text}' is no type of search attribute");

    private static WantedSchedule ParseSchedule(string id, ScheduleSection section)
    {
        var place = $"schedules.{id}";
        return new(
            id,
            Required(section.Workflow, $"{place}.workflow"),
            Required(section.At, $"{place}.at"),
            Required(section.TimeZone, $"{place}.timeZone"),
            ParseDays($"{place}.catchupWindow", Required(section.CatchupWindow, $"{place}.catchupWindow")),
            Enum.TryParse<ScheduleOverlapPolicy>(section.Overlap, out var overlap) && overlap != ScheduleOverlapPolicy.Unspecified
                ? overlap
                : throw new FormatException($"{place}.overlap: '{section.Overlap}' is no overlap policy"));
    }

    private sealed class Document
    {
        public NamespaceSection? Namespace { get; set; }

        public Dictionary<string, string>? SearchAttributes { get; set; }

        public Dictionary<string, ScheduleSection>? Schedules { get; set; }
    }

    private sealed class NamespaceSection
    {
        public string? Name { get; set; }

        public string? Retention { get; set; }
    }

    private sealed class ScheduleSection
    {
        public string? Workflow { get; set; }

        public string? At { get; set; }

        public string? TimeZone { get; set; }

        public string? CatchupWindow { get; set; }

        public string? Overlap { get; set; }
    }
}

/// <summary>A schedule that a namespace must have.</summary>
/// <param name="At">The policy that has its time: a time of the day or of the week.</param>
/// <param name="CatchupWindow">How late a missed action may still run.</param>
public sealed record WantedSchedule(
    string Id, string Workflow, string At, string TimeZone, TimeSpan CatchupWindow, ScheduleOverlapPolicy Overlap);
