using System.Globalization;
using EmbeddedTemporal.Common;
using Google.Protobuf;

namespace EmbeddedTemporal.Frontend;

/// <summary>The page token of a history: the run and the first event id of the next page.</summary>
internal sealed record HistoryPageToken(string RunId, long NextEventId)
{
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the token is malformed.</exception>
    public static HistoryPageToken? Parse(ByteString bytes)
    {
        if (bytes.IsEmpty)
        {
            return null;
        }

        var parts = bytes.ToStringUtf8().Split('/');
        return parts.Length == 2 && Guid.TryParse(parts[0], out _) && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var next) && next >= 0
            ? new HistoryPageToken(parts[0], next)
            : throw ServiceErrors.InvalidArgument("Invalid NextPageToken.");
    }

    public ByteString ToBytes() => ByteString.CopyFromUtf8(string.Create(CultureInfo.InvariantCulture, $"{RunId}/{NextEventId}"));
}
