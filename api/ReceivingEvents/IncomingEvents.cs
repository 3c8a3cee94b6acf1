using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.Core;
using CloudNative.CloudEvents.Http;
using CloudNative.CloudEvents.SystemTextJson;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>Reads the CloudEvents of a request: structured, batch, or binary (attributes in <c>ce-</c> headers).</summary>
internal static class IncomingEvents
{
    private static readonly JsonEventFormatter Formatter = new();

    /// <summary>The events in the order they were sent.</summary>
    /// <exception cref="FormatException">The request holds no valid CloudEvents; the message says what is wrong.</exception>
    public static IReadOnlyList<PartnerEvent> Read(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        try
        {
            var contentType = MimeUtilities.CreateContentTypeOrNull(request.ContentType);
            if (MimeUtilities.IsCloudEventsBatchContentType(request.ContentType))
            {
                return [.. Formatter.DecodeBatchModeMessage(body, contentType, null).Select(Convert)];
            }

            return MimeUtilities.IsCloudEventsContentType(request.ContentType)
                ? [Convert(Formatter.DecodeStructuredModeMessage(body, contentType, null))]
                : [Convert(Binary(request, body))];
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or JsonException or UriFormatException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>Whether a request claims to hold CloudEvents at all.</summary>
    public static bool HasEvents(HttpRequest request) =>
        MimeUtilities.IsCloudEventsContentType(request.ContentType)
        || MimeUtilities.IsCloudEventsBatchContentType(request.ContentType)
        || (request.Headers.ContainsKey(HttpUtilities.SpecVersionHttpHeader) && request.HasJsonContentType());

    private static CloudEvent Binary(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var version = CloudEventsSpecVersion.FromVersionId(request.Headers[HttpUtilities.SpecVersionHttpHeader].ToString())
            ?? throw new FormatException("ce-specversion is not one we know");
        var cloudEvent = new CloudEvent(version) { DataContentType = request.ContentType };
        foreach (var (header, values) in request.Headers)
        {
            if (HttpUtilities.GetAttributeNameFromHeaderName(header) is { } name && name != CloudEventsSpecVersion.SpecVersionAttribute.Name)
            {
                cloudEvent.SetAttributeFromString(name, HttpUtilities.DecodeHeaderValue(values.ToString()));
            }
        }

        Formatter.DecodeBinaryModeEventData(body, cloudEvent);
        return cloudEvent.Validate();
    }

    private static PartnerEvent Convert(CloudEvent cloudEvent)
    {
        if (string.IsNullOrWhiteSpace(cloudEvent.Subject))
        {
            throw new FormatException("subject is missing");
        }

        if (cloudEvent.Id!.Any(char.IsControl) || cloudEvent.Id!.Length > 200)
        {
            throw new FormatException("id is not one line of at most 200 characters");
        }

        if (cloudEvent.Data is not JsonElement { ValueKind: JsonValueKind.Object } data)
        {
            throw new FormatException("data is not a JSON object");
        }

        var time = cloudEvent.Time ?? throw new FormatException("time is missing");
        return new PartnerEvent(cloudEvent.Id!, cloudEvent.Source!.OriginalString, cloudEvent.Type!, cloudEvent.Subject, time, data);
    }
}
