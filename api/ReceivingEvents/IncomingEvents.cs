using System.Globalization;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>
/// Reads the CloudEvents of a request, structured or in a batch. The binary form is not supported: its attributes are headers, which are not signed
/// (contract §1). An invalid event is answered as a problem that names the event and the field.
/// </summary>
internal static class IncomingEvents
{
    public const string Structured = "application/cloudevents+json";
    public const string Batch = "application/cloudevents-batch+json";

    private static readonly JsonEventFormatter Formatter = new();
    private static readonly PartnerEventValidator Validator = new();
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = JsonText.Options.MaxDepth };

    /// <summary>The events in the order they were sent, or the problem with the first invalid event.</summary>
    public static (IReadOnlyList<PartnerEvent> Events, IResult? Problem) Read(string? contentType, byte[] body)
    {
        try
        {
            if (JsonText.FindFault(body) is { } fault)
            {
                return ([], Problem.Malformed(fault.Path, fault.Error));
            }

            using var document = JsonDocument.Parse(body, Strict);
            if (!IsBatch(contentType))
            {
                return Read([(document.RootElement, "")]);
            }

            return document.RootElement.ValueKind == JsonValueKind.Array
                ? Read(document.RootElement.EnumerateArray().Select((item, i) => (item, string.Create(CultureInfo.InvariantCulture, $"[{i}]"))))
                : ([], Problem.Malformed("$", "a batch is an array"));
        }
        catch (JsonException)
        {
            return ([], Problem.Malformed("$", "not readable as JSON"));
        }
    }

    private static bool IsBatch(string? contentType) => contentType?.StartsWith(Batch, StringComparison.OrdinalIgnoreCase) == true;

    private static (IReadOnlyList<PartnerEvent> Events, IResult? Problem) Read(IEnumerable<(JsonElement Item, string Place)> items)
    {
        var events = new List<PartnerEvent>();
        foreach (var (item, place) in items)
        {
            var (partnerEvent, errors) = Read(item);
            if (partnerEvent is null || errors.Count > 0)
            {
                return ([], Problem.Malformed(errors.ToDictionary(
                    error => error.Key == "$" ? (place.Length == 0 ? "$" : place) : place.Length == 0 ? error.Key : $"{place}.{error.Key}",
                    error => error.Value,
                    StringComparer.Ordinal)));
            }

            events.Add(partnerEvent);
        }

        return (events, null);
    }

    private static (PartnerEvent? Event, IReadOnlyDictionary<string, string[]> Errors) Read(JsonElement item)
    {
        try
        {
            var read = Convert(Formatter.ConvertFromJsonElement(item, null));
            return (read, Validator.Errors(read));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or JsonException or FormatException)
        {
            return (null, new Dictionary<string, string[]>(StringComparer.Ordinal) { ["$"] = ["no valid CloudEvent: " + e.Message.ReplaceLineEndings(" ")] });
        }
    }

    private static PartnerEvent Convert(CloudEvent cloudEvent) => new(
        cloudEvent.Id!,
        cloudEvent.Source!.OriginalString,
        cloudEvent.Type!,
        cloudEvent.Subject ?? throw new FormatException("subject is missing"),
        cloudEvent.Time ?? throw new FormatException("time is missing"),
        cloudEvent.Data is JsonElement { ValueKind: JsonValueKind.Object } data ? data.Clone() : throw new FormatException("data is not a JSON object"));
}
