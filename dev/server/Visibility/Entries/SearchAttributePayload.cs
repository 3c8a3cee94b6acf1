using System.Text.Json;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Visibility.Entries;

/// <summary>
/// Encodes search attribute values as JSON payloads with type metadata. A decoded value is a <see cref="string"/>, <see cref="long"/>,
/// <see cref="double"/>, <see cref="bool"/>, <see cref="DateTime"/> (UTC, whole microseconds) or an array of strings.
/// </summary>
public static class SearchAttributePayload
{
    private const string EncodingKey = "encoding";
    private const string TypeKey = "type";

    /// <summary>Encodes a value.</summary>
    public static Payload Encode(object value, IndexedValueType type) => new()
    {
        Metadata =
        {
            [EncodingKey] = ByteString.CopyFromUtf8("json/plain"),
            [TypeKey] = ByteString.CopyFromUtf8(type.ToString()),
        },
        Data = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(value is DateTime time ? Rfc3339.Format(time) : value)),
    };

    /// <summary>Returns a copy of the payload with the type metadata.</summary>
    public static Payload WithType(Payload payload, IndexedValueType type)
    {
        var typed = payload.Clone();
        typed.Metadata[TypeKey] = ByteString.CopyFromUtf8(type.ToString());
        return typed;
    }

    /// <summary>Returns whether this value unsets the attribute: no data, null or an empty list.</summary>
    public static bool IsUnset(Payload payload)
    {
        var data = payload.Data.Span;
        return data.IsEmpty || data.SequenceEqual("null"u8) || data.SequenceEqual("[]"u8);
    }

    /// <summary>
    /// Decodes a value of the given type; null when it unsets the attribute. A list with one item is that item, as older clients send it.
    /// </summary>
    /// <returns>Whether the payload has a value of the type.</returns>
    public static bool TryDecode(Payload payload, IndexedValueType type, out object? value)
    {
        value = null;
        if (IsUnset(payload))
        {
            return true;
        }
        try
        {
            using var json = JsonDocument.Parse(payload.Data.Memory);
            value = Read(json.RootElement, type);
            return value is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Formats the value for an error message.</summary>
    public static string Show(Payload payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload.Data.Memory);
            return Show(json.RootElement);
        }
        catch (JsonException)
        {
            return $"value from <{payload}>";
        }
    }

    private static string Show(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.Array => $"[{string.Join(' ', json.EnumerateArray().Select(Show))}]",
        JsonValueKind.Null => "<nil>",
        _ => json.GetRawText(),
    };

    private static object? Read(JsonElement json, IndexedValueType type)
    {
        if (type == IndexedValueType.KeywordList)
        {
            return json.ValueKind == JsonValueKind.Array ? ReadKeywords(json) : null;
        }
        if (json.ValueKind == JsonValueKind.Array)
        {
            return json.GetArrayLength() == 1 ? Read(json[0], type) : null;
        }
        return (type, json.ValueKind) switch
        {
            (IndexedValueType.Bool, JsonValueKind.True or JsonValueKind.False) => json.GetBoolean(),
            (IndexedValueType.Int, JsonValueKind.Number) => json.TryGetInt64(out var number) ? number : null,
            (IndexedValueType.Double, JsonValueKind.Number) => json.GetDouble(),
            (IndexedValueType.Datetime, JsonValueKind.String) => Rfc3339.TryParse(json.GetString()!, out var time) ? time : null,
            (IndexedValueType.Keyword or IndexedValueType.Text, JsonValueKind.String) => json.GetString(),
            _ => null,
        };
    }

    private static string[]? ReadKeywords(JsonElement json)
    {
        var keywords = new List<string>(json.GetArrayLength());
        foreach (var item in json.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                return null;
            }
            keywords.Add(item.GetString()!);
        }
        return [.. keywords];
    }
}
