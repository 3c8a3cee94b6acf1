using System.Text.Json;

namespace OrderOrchestration.Workflows.Events;

/// <summary>
/// The data of another team's event, read field by field: a field that is missing or of another JSON type reads as <c>null</c> and does not throw in a
/// workflow.
/// </summary>
public readonly record struct EventData(JsonElement Json)
{
    public string? Text(string field) => Field(field) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public long? Number(string field) => Field(field) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public DateTimeOffset? Time(string field) =>
        Field(field) is { ValueKind: JsonValueKind.String } value && value.TryGetDateTimeOffset(out var time) ? time : null;

    private JsonElement? Field(string field) =>
        Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(field, out var value) ? value : null;
}
