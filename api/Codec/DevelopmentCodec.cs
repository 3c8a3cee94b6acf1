using System.Net;

namespace OrderOrchestration.Api.Codec;

/// <summary>
/// The remote codec for the Web UI of the embedded default. It requires no token, so it answers only loopback requests, and CORS allows only the Web UI's
/// origin. Deployments do not map this endpoint.
/// </summary>
public static class DevelopmentCodec
{
    /// <summary>Base path of <c>/decode</c> and <c>/encode</c>.</summary>
    public const string Path = "/dev/codec";

    /// <param name="page">The Web UI's address.</param>
    public static void MapDevelopmentCodec(this WebApplication app, Uri page)
    {
        var codec = app.MapGroup(Path)
            .AllowAnonymous()
            .RequireCors(policy => CodecEndpoints.Allow(policy, $"http://127.0.0.1:{page.Port} http://localhost:{page.Port}"))
            .AddEndpointFilter(static (context, next) => IsLoopbackRequest(context.HttpContext)
                ? next(context)
                : ValueTask.FromResult<object?>(Problems.Problem.Forbidden()))
            .ExcludeFromDescription();
        codec.MapPost("/decode", (HttpContext context, RemoteCodec remote) =>
            CodecEndpoints.AnswerAsync(context, payloads => remote.DecodeAsync(payloads, "operator:dev", context.RequestAborted)));
        codec.MapPost("/encode", (HttpContext context, RemoteCodec remote) => CodecEndpoints.AnswerAsync(context, remote.EncodeAsync));
    }

    // The Host header must be a loopback name, which prevents DNS rebinding.
    private static bool IsLoopbackRequest(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && (context.Request.Host.Host == "localhost" || (IPAddress.TryParse(context.Request.Host.Host.Trim('[', ']'), out var host) && IPAddress.IsLoopback(host)));
}
