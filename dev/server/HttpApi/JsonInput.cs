using System.Reflection;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace EmbeddedTemporal.HttpApi;

/// <summary>Brings what clients may send into the one form that the protobuf parser reads.</summary>
internal static class JsonInput
{
    /// <summary>Answers the JSON of a message with payloads in full and enum values under their own names.</summary>
    public static JsonNode? Normalize(JsonNode? node, MessageDescriptor type) => type.FullName switch
    {
        PayloadTypes.Payload => PayloadShorthand.Lengthen(node),
        PayloadTypes.Payloads => PayloadShorthand.LengthenAll(node, type),
        _ when IsWellKnown(type) => node,
        _ when node is JsonObject json => MessageWalk.Values(json, type, NormalizeField),
        _ => node,
    };

    /// <summary>Answers the number of an enum value given by number, own name or short name.</summary>
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
