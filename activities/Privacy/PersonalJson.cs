using System.Buffers;
using System.Text;
using System.Text.Json;

namespace OrderOrchestration.Activities.Privacy;

/// <summary>The kind of a JSON document, which decides how personal values are found in it.</summary>
internal enum PersonalShape
{
    /// <summary>A message, a snapshot, an answer: personal members are known by name.</summary>
    Message,

    /// <summary>The data of an event: unknown members are treated as personal, too. The same applies to a member <c>data</c> of any message.</summary>
    EventData,

    /// <summary>Temporal's encoded attributes of a failure: its message and stack.</summary>
    Failure,
}

/// <summary>Finds the personal values of a JSON document and replaces them in place: all other bytes stay as they are.</summary>
internal static class PersonalJson
{
    private const string Data = "data";

    private const int LongestName = 128;

    private static readonly JsonReaderOptions Reading = new() { MaxDepth = 1_000 };

    /// <summary>The values that are personal and not encrypted.</summary>
    public static List<PersonalValue> FindClear(ReadOnlySpan<byte> json, PersonalShape shape) => Find(json, shape, encrypted: false);

    /// <summary>The values that are encrypted.</summary>
    public static List<PersonalValue> FindEncrypted(ReadOnlySpan<byte> json, PersonalShape shape) =>
        json.IndexOf("$p1."u8) < 0 ? [] : Find(json, shape, encrypted: true);

    /// <summary>The document with its values replaced.</summary>
    /// <param name="values">From the front to the back.</param>
    /// <param name="replacements">One for each.</param>
    public static byte[] Replace(ReadOnlySpan<byte> json, IReadOnlyList<PersonalValue> values, IEnumerable<byte[]> replacements)
    {
        var result = new ArrayBufferWriter<byte>(json.Length + (values.Count * 64));
        var copied = 0;
        foreach (var (value, replacement) in values.Zip(replacements))
        {
            result.Write(json[copied..value.Start]);
            result.Write(replacement);
            copied = value.Start + value.Length;
        }

        result.Write(json[copied..]);
        return result.WrittenSpan.ToArray();
    }

    private static List<PersonalValue> Find(ReadOnlySpan<byte> json, PersonalShape shape, bool encrypted)
    {
        var found = new List<PersonalValue>();
        var reader = new Utf8JsonReader(json, Reading);
        var events = new DepthSet(shape == PersonalShape.EventData ? 1 : 0);
        Span<char> buffer = stackalloc char[LongestName];
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject && reader.CurrentDepth > 0)
            {
                // An element of an array: the data of an event is always a member.
                events.Set(reader.CurrentDepth + 1, false);
            }

            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var depth = reader.CurrentDepth;
            ReadOnlySpan<char> name = reader.ValueIsEscaped || reader.ValueSpan.Length > buffer.Length ? Text(ref reader) : buffer[..reader.CopyString(buffer)];
            var field = PersonalFields.Find(name, events.Has(depth), shape == PersonalShape.Failure && depth == 1);
            var isData = name is Data;
            reader.Read();
            if (field is not null && IsWanted(ref reader, field, encrypted))
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                found.Add(new PersonalValue(field, start, (int)reader.BytesConsumed - start));
            }
            else if (reader.TokenType == JsonTokenType.StartObject)
            {
                events.Set(reader.CurrentDepth + 1, isData);
            }
        }

        return found;
    }

    private static bool IsWanted(ref Utf8JsonReader reader, PersonalField field, bool encrypted) => reader.TokenType switch
    {
        JsonTokenType.Null => false,
        JsonTokenType.String when encrypted => reader.ValueSpan.StartsWith("$p1."u8),
        JsonTokenType.String => !(field.IsFreeText && PersonalFields.IsWord(Text(ref reader))),
        _ => !encrypted,
    };

    /// <summary>The decoded text; the raw text if it cannot be decoded (an unpaired surrogate).</summary>
    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    /// <summary>Depths of a document whose object is the data of an event; deeper objects than it can represent are not event data.</summary>
    private struct DepthSet(int first)
    {
        private ulong bits = first == 0 ? 0 : 1UL << first;

        public readonly bool Has(int depth) => depth < 64 && (bits & (1UL << depth)) != 0;

        public void Set(int depth, bool value)
        {
            if (depth < 64)
            {
                bits = value ? bits | (1UL << depth) : bits & ~(1UL << depth);
            }
        }
    }
}

/// <summary>A personal value in a document: which field, and which bytes.</summary>
internal readonly record struct PersonalValue(PersonalField Field, int Start, int Length)
{
    /// <summary>The value's JSON.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> json) => json.Slice(Start, Length);
}
