using System.Text.Json;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Http;

/// <summary>
/// Runs a state-changing call once per idempotency key. Key look-up, call and stored response are one state transaction: concurrent calls are serialized,
/// and a crash cannot store the work without its key or the key without its work.
/// </summary>
internal sealed class OncePerKey(TeamsState state, IdempotencyMemory memory) : IEndpointFilter
{
    private const string Json = "application/json; charset=utf-8";

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (context.HttpContext.Features.Get<IdempotentCall>() is not { } call)
        {
            return next(context);
        }

        using (state.Enter())
        {
            if (memory.Find(call.Scope) is not { } first)
            {
                return ValueTask.FromResult<object?>(Run(call, context, next));
            }

            if (!first.IsFor(call.Body))
            {
                throw new RefusalException(
                    StatusCodes.Status422UnprocessableEntity, "idempotency-key-reused", "this key was used with another body");
            }

            context.HttpContext.Response.Headers[IdempotencyMiddleware.ReplayedHeaderName] = "true";
            return ValueTask.FromResult<object?>(Results.Text(first.Content, first.ContentType, statusCode: first.Status));
        }
    }

    private IResult Run(IdempotentCall call, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var done = next(context).AsTask();
        if (!done.IsCompleted)
        {
            throw new InvalidOperationException("a team's handler must complete synchronously: a state transaction must not span an await");
        }

        var result = done.GetAwaiter().GetResult();
        var status = (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
        var content = JsonSerializer.Serialize((result as IValueHttpResult)?.Value, PartnersJson.Options);
        if (status is >= 200 and < 300)
        {
            memory.Remember(call.Scope, call.Body, status, Json, content);
        }

        return Results.Text(content, Json, statusCode: status);
    }
}
