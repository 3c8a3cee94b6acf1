using System.Net;
using Grpc.Core;

namespace EmbeddedTemporal.Frontend;

/// <summary>
/// Between processes of one machine it only costs to compress calls, both sides and under load a good part of what there is to give. A client that
/// learns when it connects that the server has no decompressor goes on without; so that call is answered this way. All others are taken as they come.
/// </summary>
internal static class NeedlessCompression
{
    /// <summary>
    /// The first .NET SDK that compresses unasked, and that promises to go on without (its connection option <c>GrpcCompression</c>). Other clients,
    /// and older ones that were told to compress, may take the answer for that of a server without capabilities.
    /// </summary>
    private static readonly Version FirstToGoOnWithout = new(1, 17);

    public static bool IsIn(CallContext call)
    {
        if (call.Caller?.GetHttpContext() is not { } http)
        {
            return false;
        }

        var headers = http.Request.Headers;
        return headers["grpc-encoding"] is [{ } encoding] && encoding != "identity"
            && headers["client-name"] == "temporal-dotnet"
            && Version.TryParse(headers["client-version"], out var version) && version >= FirstToGoOnWithout
            && http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);
    }
}
