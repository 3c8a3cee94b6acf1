using System.Net;
using Grpc.Core;

namespace EmbeddedTemporal.Frontend;

/// <summary>
/// Between processes of one machine it only costs to compress calls, both sides and under load a good part of what there is to give. A client that
/// learns when it connects that the server has no decompressor goes on without; so that call is answered this way. All others are taken as they come.
/// </summary>
internal static class NeedlessCompression
{
    private const string FirstCall = $"/{ServiceNames.Workflow}/GetSystemInfo";

    /// <summary>The client knows the answer by its words, those of gRPC for Go.</summary>
    private const string Refusal = "grpc: Decompressor is not installed for grpc-encoding; between processes of one machine none is needed";

    /// <summary>
    /// The first .NET SDK that compresses unasked, and that promises to go on without (its connection option <c>GrpcCompression</c>). Other clients,
    /// and older ones that were told to compress, may take the answer for that of a server without capabilities.
    /// </summary>
    private static readonly Version FirstToGoOnWithout = new(1, 17);

    /// <summary>Answers that call before gRPC takes it apart; the others know nothing of it.</summary>
    public static void RefuseNeedlessCompression(this IEndpointConventionBuilder service) => service.Add(endpoint =>
    {
        if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: FirstCall, RequestDelegate: { } call })
        {
            endpoint.RequestDelegate = context => IsIn(context) ? RefuseAsync(context.Response) : call(context);
        }
    });

    private static bool IsIn(HttpContext context)
    {
        var headers = context.Request.Headers;
        return headers["grpc-encoding"] is [{ } encoding] && encoding != "identity"
            && headers["client-name"] == "temporal-dotnet"
            && Version.TryParse(headers["client-version"], out var version) && version >= FirstToGoOnWithout
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
