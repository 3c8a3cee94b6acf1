using System.Text.Json;
using System.Text.Json.Serialization;
using EmbeddedTemporal.Visibility.Entries;
using Google.Protobuf;

namespace EmbeddedTemporal.Visibility;

/// <summary>
/// A page token names the place of the last record answered, not a number of records, so that pages neither repeat nor miss what stays
/// while other records come and go.
/// </summary>
internal static partial class VisibilityPageToken
{
    public static ByteString Write(VisibilityPosition position) => ByteString.CopyFrom(
        JsonSerializer.SerializeToUtf8Bytes(new Content(position.CloseTime, position.StartTime, position.RunId), TokenJson.Default.Content));

    /// <summary>Reads a token.</summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryRead(ByteString token, out VisibilityPosition position)
    {
        position = default;
        try
        {
            if (JsonSerializer.Deserialize(token.Span, TokenJson.Default.Content) is not { RunId: not null } content)
            {
                return false;
            }
            position = new VisibilityPosition(content.CloseTime, content.StartTime, content.RunId);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    internal sealed record Content(long CloseTime, long StartTime, string RunId);

    [JsonSerializable(typeof(Content))]
    [JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
    private sealed partial class TokenJson : JsonSerializerContext;
}
