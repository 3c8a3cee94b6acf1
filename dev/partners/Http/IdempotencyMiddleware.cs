using System.Text.Json;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Http;

/// <summary>
/// Requires <c>Idempotency-Key</c> on every call that changes state (contract §2): a missing key is 400. It reads key and body for <see cref="OncePerKey"/>,
/// which answers a repetition with the first successful response, and the same key with another body with 422.
/// </summary>
internal sealed class IdempotencyMiddleware(RequestDelegate next)
{
    public const string HeaderName = "Idempotency-Key";
    public const string ReplayedHeaderName = "Idempotent-Replayed";
    private const int MaxKeyLength = 255;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<TeamCall>() is not { } call || HttpMethods.IsGet(context.Request.Method))
        {
            await next(context);
            return;
        }

        var key = context.Request.Headers[HeaderName].ToString();
        if (string.IsNullOrWhiteSpace(key) || key.Length > MaxKeyLength)
        {
            await RefusalMiddleware.WriteAsync(context, RefusalException.Invalid($"{HeaderName} is required, 1 to {MaxKeyLength} characters"));
            return;
        }

        var (body, malformed) = await ReadBodyAsync(context.Request);
        if (malformed is not null)
        {
            await RefusalMiddleware.WriteAsync(context, malformed);
            return;
        }

        context.Features.Set(new IdempotentCall($"{call.Team.Slug()} {context.Request.Method} {context.Request.Path} {key}", body));
        await next(context);
    }

    private static async Task<(JsonElement? Body, RefusalException? Malformed)> ReadBodyAsync(HttpRequest request)
    {
        request.EnableBuffering();
        using var content = new MemoryStream();
        await request.Body.CopyToAsync(content, request.HttpContext.RequestAborted);
        request.Body.Position = 0;
        if (content.Length == 0)
        {
            return (null, null);
        }

        try
        {
            using var document = JsonDocument.Parse(content.ToArray());
            return (document.RootElement.Clone(), null);
        }
        catch (JsonException exception)
        {
            return (null, RefusalException.Invalid($"the body is no JSON: {exception.Message}"));
        }
    }
}
