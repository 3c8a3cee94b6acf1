using System.Text.Json;

namespace OrderOrchestration.Partners.Http;

/// <summary>
/// <c>Idempotency-Key</c> on every call that changes something (contract §2): missing is 400; a repetition gets the first answer if that
/// was a success; the same key with another body is 422.
/// </summary>
internal sealed class IdempotencyMiddleware(RequestDelegate next, IdempotencyMemory memory)
{
    public const string HeaderName = "Idempotency-Key";
    public const string ReplayedHeaderName = "Idempotent-Replayed";
    private const int LongestKey = 255;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<TeamCall>() is not { } call || HttpMethods.IsGet(context.Request.Method))
        {
            await next(context);
            return;
        }

        var key = context.Request.Headers[HeaderName].ToString();
        if (string.IsNullOrWhiteSpace(key) || key.Length > LongestKey)
        {
            await RefusalMiddleware.WriteAsync(context, RefusalException.Invalid($"{HeaderName} is required, 1 to {LongestKey} characters"));
            return;
        }

        var (body, malformed) = await ReadBodyAsync(context.Request);
        if (malformed is not null)
        {
            await RefusalMiddleware.WriteAsync(context, malformed);
            return;
        }

        var slot = memory[$"{call.Team.Slug()} {context.Request.Method} {context.Request.Path} {key}"];
        await slot.Turn.WaitAsync(context.RequestAborted);
        try
        {
            await AnswerAsync(context, slot, body);
        }
        finally
        {
            slot.Turn.Release();
        }
    }

    private async Task AnswerAsync(HttpContext context, IdempotencyMemory.Slot slot, JsonElement? body)
    {
        switch (slot.Remembered)
        {
            case null:
                await RunAsync(context, slot, body);
                break;
            case { } first when first.IsFor(body):
                context.Response.Headers[ReplayedHeaderName] = "true";
                context.Response.StatusCode = first.Status;
                context.Response.ContentType = first.ContentType;
                await context.Response.Body.WriteAsync(first.Content);
                break;
            default:
                await RefusalMiddleware.WriteAsync(context, new RefusalException(
                    StatusCodes.Status422UnprocessableEntity, "idempotency-key-reused", "this key was used with another body"));
                break;
        }
    }

    /// <summary>Runs the call into a buffer: the answer is remembered before the first byte of it can get lost on the way.</summary>
    private async Task RunAsync(HttpContext context, IdempotencyMemory.Slot slot, JsonElement? body)
    {
        var wire = context.Response.Body;
        using var buffer = new MemoryStream();
        context.Response.Body = buffer;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = wire;
        }

        var content = buffer.ToArray();
        if (context.Response.StatusCode is >= 200 and < 300)
        {
            slot.Remember(body, context.Response.StatusCode, context.Response.ContentType, content);
        }

        await wire.WriteAsync(content);
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
