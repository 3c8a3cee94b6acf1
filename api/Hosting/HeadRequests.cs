namespace OrderOrchestration.Api.Hosting;

/// <summary>
/// Answers HEAD on every GET endpoint. The request is routed and handled as GET; Kestrel has the original method and sends no body. A feature marks the
/// request, so that the timeline endpoint does not open a stream for it.
/// </summary>
internal static class HeadRequests
{
    public static void UseHeadRequests(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
            context.Features.Set(new HeadRequest());
        }

        return next(context);
    });

    public static bool IsHead(this HttpContext context) => context.Features.Get<HeadRequest>() is not null;

    private sealed class HeadRequest;
}
