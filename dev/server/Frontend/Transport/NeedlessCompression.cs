using System.Net;
using Grpc.Core;

namespace EmbeddedTemporal.Frontend.Transport;

/// <summary>
/// Compression between processes of one machine costs processor time on both sides and saves nothing. An SDK client that gets a missing-decompressor error
/// for its first call continues without compression, so that call is answered with this error. All other calls are accepted as they are.
/// </summary>
internal static class NeedlessCompression
{
    private const string FirstCall = $"/{ServiceNames.Workflow}/GetSystemInfo";

    /// <summary>The error message of gRPC for Go, by which the client recognizes the error.</summary>
    private const string Refusal = "grpc: Decompressor is not installed for grpc-encoding; between processes of one machine none is needed";

    /// <summary>
    /// The first .NET SDK that compresses by default and documents the fallback (its connection option <c>GrpcCompression</c>). Other clients, and older ones
    /// with compression enabled, may take the error for that of a server without GetSystemInfo.
    /// </summary>
    private static readonly Version FirstWithFallback = new(1, 17);

    /// <summary>Responds to that call before gRPC parses it; the other calls are unchanged.</summary>
    public static void RefuseNeedlessCompression(this IEndpointConventionBuilder service) => service.Add(endpoint =>
    {
        if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: FirstCall, RequestDelegate: { } call })
        {
            endpoint.RequestDelegate = context => IsCompressedLocalCall(context) ? RefuseAsync(context.Response) : call(context);
        }
    });

    private static bool IsCompressedLocalCall(HttpContext context)
    {
        var headers = context.Request.Headers;
        return headers["grpc-encoding"] is [{ } encoding] && encoding != "identity"
            && headers["client-name"] == "temporal-dotnet"
            && Version.TryParse(headers["client-version"], out var version) && version >= FirstWithFallback
            && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);
    }

    private static Task RefuseAsync(HttpResponse response)
    {
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = $"{(int)StatusCode.Unimplemented}";
        response.Headers["grpc-message"] = Refusal;
        response.Headers["grpc-accept-encoding"] = "identity";
        return Task.CompletedTask;
    }
}
