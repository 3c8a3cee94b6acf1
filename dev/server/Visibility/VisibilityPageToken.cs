using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;

namespace EmbeddedTemporal.Visibility;

/// <summary>
/// A page token names the place of the last record answered, not a number of records, so that pages neither repeat nor miss what stays
/// while other records come and go.
/// </summary>
internal static partial class VisibilityPageToken
{
    public static ByteString Write(VisibilityPosition position) => ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(
        new Content(position.CloseTime, position.StartTime, position.RunId, [.. position.Keys.Select(ToKey)]), TokenJson.Default.Content));

    /// <summary>Reads a token for an order of so many keys.</summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryRead(ByteString token, int keys, out VisibilityPosition position)
    {
        position = default;
        try
        {
            if (JsonSerializer.Deserialize(token.Span, TokenJson.Default.Content) is not { RunId: not null, Keys: not null } content
                || content.Keys.Count != keys)
            {
                return false;
            }
            position = new VisibilityPosition(content.CloseTime, content.StartTime, content.RunId, [.. content.Keys.Select(FromKey)]);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static Key ToKey(object? value) => value switch
    {
        null => new Key(),
        DateTime time => new Key(Time: time.Ticks),
        long number => new Key(Whole: number),
        double number => new Key(Number: number),
        bool flag => new Key(Flag: flag),
        _ => new Key(Text: (string)value),
    };

    private static object? FromKey(Key key) =>
        key.Time is { } ticks ? new DateTime(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc)
        : key.Whole is { } whole ? whole
        : key.Number is { } number ? number
        : key.Flag is { } flag ? flag
        : key.Text;

    internal sealed record Content(long CloseTime, long StartTime, string RunId, IReadOnlyList<Key> Keys);

    internal sealed record Key(string? Text = null, long? Whole = null, double? Number = null, bool? Flag = null, long? Time = null);

    [JsonSerializable(typeof(Content))]
    [JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    private sealed partial class TokenJson : JsonSerializerContext;
}
