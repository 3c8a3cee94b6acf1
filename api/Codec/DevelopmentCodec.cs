using System.Net;

namespace OrderOrchestration.Api.Codec;

/// <summary>
/// The remote codec for the Web UI of the embedded default: it asks for no token, so it answers this machine alone, and no page but the Web UI's. No
/// deployment has this endpoint.
/// </summary>
public static class DevelopmentCodec
{
    /// <summary>Its path; <c>/decode</c> and <c>/encode</c> stand below it.</summary>
    public const string Path = "/dev/codec";

    /// <param name="page">The Web UI's address.</param>
    public static void MapDevelopmentCodec(this WebApplication app, Uri page)
    {
        var codec = app.MapGroup(Path)
            .AllowAnonymous()
            .RequireCors(policy => CodecEndpoints.Allow(policy, $"http://127.0.0.1:{page.Port} http://localhost:{page.Port}"))
            .AddEndpointFilter(static (context, next) => IsOfThisMachine(context.HttpContext)
                ? next(context)
                : ValueTask.FromResult<object?>(Problems.Problem.Forbidden()))
            .ExcludeFromDescription();
        codec.MapPost("/decode", (HttpContext context, RemoteCodec remote) =>
            CodecEndpoints.AnswerAsync(context, payloads => remote.DecodeAsync(payloads, "operator:dev", context.RequestAborted)));
        codec.MapPost("/encode", (HttpContext context, RemoteCodec remote) => CodecEndpoints.AnswerAsync(context, remote.EncodeAsync));
    }

    // A name that a foreign page makes point at this machine is not this machine's.
    private static bool IsOfThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && (context.Request.Host.Host == "localhost" || (IPAddress.TryParse(context.Request.Host.Host.Trim('[', ']'), out var host) && IPAddress.IsLoopback(host)));
}
