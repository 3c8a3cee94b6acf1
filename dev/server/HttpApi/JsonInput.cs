using System.Reflection;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace EmbeddedTemporal.HttpApi;

/// <summary>Normalizes JSON from clients to the form that the protobuf parser accepts.</summary>
internal static class JsonInput
{
    /// <summary>Returns the JSON of a message with full payloads, and with enum values that the protobuf parser accepts.</summary>
    public static JsonNode? Normalize(JsonNode? node, MessageDescriptor type) => type.FullName switch
    {
        PayloadTypes.Payload => PayloadShorthand.Lengthen(node),
        PayloadTypes.Payloads => PayloadShorthand.LengthenAll(node, type),
        _ when IsWellKnown(type) => node,
        _ when node is JsonObject json => MessageWalk.Values(json, type, NormalizeField),
        _ => node,
    };

    /// <summary>Returns the number of an enum value that is given by number, proto name or short name.</summary>
    public static bool TryEnumNumber(EnumDescriptor type, string text, out int number)
    {
        if (int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out number))
        {
            return true;
        }
        if (type.FindValueByName(text) is { } named)
        {
            number = named.Number;
            return true;
        }
        if (type.ClrType.GetField(text, BindingFlags.Public | BindingFlags.Static) is { } field)
        {
            number = (int)field.GetRawConstantValue()!;
            return true;
        }
        return false;
    }

    private static JsonNode? NormalizeField(JsonNode? value, FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => Normalize(value, field.MessageType),
        FieldType.Enum when value is JsonValue json && json.TryGetValue<string>(out var text)
            && field.EnumType.FindValueByName(text) is null && TryEnumNumber(field.EnumType, text, out var number) => JsonValue.Create(number),
        _ => value,
    };

    private static bool IsWellKnown(MessageDescriptor type) => type.FullName.StartsWith("google.protobuf.", StringComparison.Ordinal);
}
