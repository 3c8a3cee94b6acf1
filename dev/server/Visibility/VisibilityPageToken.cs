using System.Text.Json;
using System.Text.Json.Serialization;
using EmbeddedTemporal.Visibility.Entries;
using Google.Protobuf;

namespace EmbeddedTemporal.Visibility;

/// <summary>
/// A page token with the position of the last returned record, not an offset, so that concurrent inserts and deletes neither repeat nor skip other
/// records.
/// </summary>
internal static partial class VisibilityPageToken
{
    public static ByteString Write(VisibilityPosition position) => ByteString.CopyFrom(
        JsonSerializer.SerializeToUtf8Bytes(new Content(position.CloseTime, position.StartTime, position.RunId), TokenJson.Default.Content));

    /// <summary>Parses a token.</summary>
    /// <returns>Whether the token is valid.</returns>
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
