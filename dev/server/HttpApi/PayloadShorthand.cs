using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace EmbeddedTemporal.HttpApi;

/// <summary>
/// The shorthand of payloads: their JSON data instead of base64. It is used where it is lossless: plain JSON without further
/// metadata, protobuf JSON (its type under <c>_protoMessageType</c>) and null.
/// </summary>
internal static class PayloadShorthand
{
    private const string MessageType = "_protoMessageType";

    /// <summary>Returns a message's JSON with its payloads as shorthand.</summary>
    public static JsonNode? Shorten(JsonNode? node, MessageDescriptor type) => type.FullName switch
    {
        _ when node is not JsonObject => node,
        PayloadTypes.Payload => TryShorten((JsonObject)node, out var shortened) ? shortened : node,
        PayloadTypes.Payloads => ShortenAll((JsonObject)node),
        _ => MessageWalk.Fields((JsonObject)node, type, Shorten),
    };

    /// <summary>Returns the full JSON of a payload, from either form.</summary>
    public static JsonNode Lengthen(JsonNode? node)
    {
        switch (node)
        {
            case null:
                return Full("binary/null", null, null);
            case JsonObject full when IsFull(full):
                return full;
            case JsonObject message when message[MessageType] is JsonValue value && value.TryGetValue<string>(out var messageType):
                message.Remove(MessageType);
                return Full("json/protobuf", message, messageType);
            default:
                return Full("json/plain", node, null);
        }
    }

    /// <summary>Returns the full JSON of a list of payloads, from either form.</summary>
    public static JsonNode? LengthenAll(JsonNode? node, MessageDescriptor type) => node switch
    {
        JsonArray list => new JsonObject { ["payloads"] = new JsonArray([.. list.Select(item => Lengthen(item?.DeepClone()))]) },
        JsonObject full => MessageWalk.Fields(full, type, (item, _) => Lengthen(item?.DeepClone())),
        _ => node,
    };

    // If one payload has no shorthand, the full list stays in full form.
    private static JsonNode ShortenAll(JsonObject node)
    {
        var shortened = new JsonArray();
        foreach (var item in node["payloads"] as JsonArray ?? [])
        {
            if (item is not JsonObject payload || !TryShorten(payload, out var value))
            {
                return node;
            }
            shortened.Add(value?.DeepClone());
        }
        return shortened;
    }

    private static bool TryShorten(JsonObject node, out JsonNode? value)
    {
        value = null;
        if (node["metadata"] is not JsonObject metadata)
        {
            return false;
        }
        switch (Text(metadata["encoding"]))
        {
            case "binary/null":
                return true;
            case "json/plain" when metadata.Count == 1:
                return TryParse(node["data"], out value);
            case "json/protobuf" when metadata.Count == 2 && Text(metadata["messageType"]) is { Length: > 0 } messageType:
                if (!TryParse(node["data"], out value) || value is not JsonObject message)
                {
                    return false;
                }
                message[MessageType] = messageType;
                return true;
            default:
                return false;
        }
    }

    private static bool TryParse(JsonNode? base64, out JsonNode? value)
    {
        value = null;
        try
        {
            value = JsonNode.Parse(base64?.GetValue<string>() is { } data ? Convert.FromBase64String(data) : []);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? Text(JsonNode? base64) =>
        base64 is JsonValue value && value.TryGetValue<string>(out var text) && TryDecode(text, out var bytes)
            ? System.Text.Encoding.UTF8.GetString(bytes)
            : null;

    // A full payload has base64 metadata with an encoding, and data unless it is null; any other JSON is shorthand.
    private static bool IsFull(JsonObject node)
    {
        if (node["metadata"] is not JsonObject metadata || Text(metadata["encoding"]) is not { } encoding
            || metadata.Any(entry => Text(entry.Value) is null))
        {
            return false;
        }
        return node.Count == 1 ? encoding == "binary/null"
            : node.Count == 2 && node["data"] is JsonValue value && value.TryGetValue<string>(out var data) && TryDecode(data, out _);
    }

    private static bool TryDecode(string base64, out byte[] bytes)
    {
        var standard = base64.Replace('-', '+').Replace('_', '/');
        standard = standard.PadRight((standard.Length + 3) / 4 * 4, '=');
        var buffer = new byte[standard.Length];
        var decoded = Convert.TryFromBase64String(standard, buffer, out var length);
        bytes = buffer[..length];
        return decoded;
    }

    private static JsonObject Full(string encoding, JsonNode? data, string? messageType)
    {
        static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));
        var metadata = new JsonObject { ["encoding"] = Base64(encoding) };
        if (messageType is not null)
        {
            metadata["messageType"] = Base64(messageType);
        }
        var payload = new JsonObject { ["metadata"] = metadata };
        if (data is not null)
        {
            payload["data"] = Base64(data.ToJsonString(PayloadTypes.DataJson));
        }
        return payload;
    }
}

/// <summary>The two message types that have a shorthand.</summary>
internal static class PayloadTypes
{
    public const string Payload = "temporal.api.common.v1.Payload";
    public const string Payloads = "temporal.api.common.v1.Payloads";

    /// <summary>Gets the JSON options for payload data: compact, with minimal escaping.</summary>
    public static JsonSerializerOptions DataJson { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
