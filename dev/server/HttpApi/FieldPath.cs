using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Enum = System.Enum;

namespace EmbeddedTemporal.HttpApi;

/// <summary>Sets fields of a message from text by a field path such as <c>execution.run_id</c> or <c>execution.runId</c>.</summary>
internal static partial class FieldPath
{
    /// <summary>Sets the field; an unknown path is ignored.</summary>
    /// <exception cref="FormatException">The text is not a valid value of the field.</exception>
    public static void Set(IMessage message, string path, IReadOnlyList<string> values)
    {
        var names = MapEntry().Match(path) is { Success: true } entry ? [.. entry.Groups["path"].Value.Split('.')] : path.Split('.');
        foreach (var name in names[..^1])
        {
            if (MessageWalk.Find(message.Descriptor, name) is not { FieldType: FieldType.Message, IsRepeated: false } step)
            {
                return;
            }
            message = Child(message, step);
        }
        if (MessageWalk.Find(message.Descriptor, names[^1]) is not { } field)
        {
            return;
        }
        if (field.IsMap)
        {
            SetEntry(message, field, path, values);
        }
        else if (field.IsRepeated)
        {
            var list = (IList)field.Accessor.GetValue(message);
            foreach (var value in values)
            {
                list.Add(Read(field, value));
            }
        }
        else if (values.Count > 0)
        {
            field.Accessor.SetValue(message, Read(field, values[^1]));
        }
    }

    /// <summary>Returns whether two paths name the same field of a message, by proto or JSON names.</summary>
    public static bool Same(MessageDescriptor type, string first, string second)
    {
        if (first == second)
        {
            return true;
        }
        var (left, right) = (first.Split('.'), second.Split('.'));
        if (left.Length != right.Length)
        {
            return false;
        }
        for (var i = 0; i < left.Length; i++)
        {
            if (MessageWalk.Find(type, left[i]) is not { } field || MessageWalk.Find(type, right[i]) != field)
            {
                return false;
            }
            if (i < left.Length - 1)
            {
                if (field.FieldType != FieldType.Message)
                {
                    return false;
                }
                type = field.MessageType;
            }
        }
        return true;
    }

    private static IMessage Child(IMessage message, FieldDescriptor step)
    {
        if (step.Accessor.GetValue(message) is IMessage existing)
        {
            return existing;
        }
        var child = step.MessageType.Parser.ParseFrom(ByteString.Empty);
        step.Accessor.SetValue(message, child);
        return child;
    }

    private static void SetEntry(IMessage message, FieldDescriptor field, string path, IReadOnlyList<string> values)
    {
        if (MapEntry().Match(path) is { Success: true } match && values.Count > 0)
        {
            var (key, value) = (field.MessageType.FindFieldByNumber(1), field.MessageType.FindFieldByNumber(2));
            ((IDictionary)field.Accessor.GetValue(message))[Read(key, match.Groups["key"].Value)] = Read(value, values[^1]);
        }
    }

    private static object Read(FieldDescriptor field, string text)
    {
        try
        {
            return field.FieldType switch
            {
                FieldType.String => text,
                FieldType.Bool => ReadBool(text),
                FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => int.Parse(text, CultureInfo.InvariantCulture),
                FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => long.Parse(text, CultureInfo.InvariantCulture),
                FieldType.UInt32 or FieldType.Fixed32 => uint.Parse(text, CultureInfo.InvariantCulture),
                FieldType.UInt64 or FieldType.Fixed64 => ulong.Parse(text, CultureInfo.InvariantCulture),
                FieldType.Double => double.Parse(text, CultureInfo.InvariantCulture),
                FieldType.Float => float.Parse(text, CultureInfo.InvariantCulture),
                FieldType.Bytes => ReadBytes(text),
                FieldType.Enum => ReadEnum(field.EnumType, text),
                FieldType.Message => ReadMessage(field.MessageType, text),
                _ => throw new FormatException("it cannot be given as text"),
            };
        }
        catch (Exception invalid) when (invalid is FormatException or OverflowException or InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new FormatException($"parsing field \"{field.Name}\": {invalid.Message}", invalid);
        }
    }

    private static bool ReadBool(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new FormatException($"invalid bool \"{text}\""),
    };

    // Standard or URL-safe base64, padded or not; in a query a plus sign is decoded to a space.
    private static ByteString ReadBytes(string text)
    {
        var standard = text.Replace('-', '+').Replace('_', '/').Replace(' ', '+').TrimEnd('=');
        return ByteString.FromBase64(standard.PadRight((standard.Length + 3) / 4 * 4, '='));
    }

    private static object ReadEnum(EnumDescriptor type, string text) => JsonInput.TryEnumNumber(type, text, out var number)
        ? Enum.ToObject(type.ClrType, number)
        : throw new FormatException($"\"{text}\" is not a valid value of {type.FullName}");

    // Timestamps, durations and wrapper types are strings in JSON; other messages cannot be given as a parameter.
    private static object ReadMessage(MessageDescriptor type, string text)
    {
        if (!type.FullName.StartsWith("google.protobuf.", StringComparison.Ordinal))
        {
            throw new FormatException("it cannot be given as text");
        }
        var message = JsonParser.Default.Parse(System.Text.Json.JsonSerializer.Serialize(text), type);
        return type.File == WrappersReflection.Descriptor ? type.FindFieldByNumber(1).Accessor.GetValue(message) : message;
    }

    [GeneratedRegex(@"^(?<path>[^\[\]]+)\[(?<key>[^\[\]]+)\]$")]
    private static partial Regex MapEntry();
}
