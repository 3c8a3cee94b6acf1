namespace OrderOrchestration.Api.Hosting;

/// <summary>
/// Answers HEAD wherever GET is: the request is routed and handled as GET, and Kestrel, which knows the method that came, sends no body. The request is
/// marked, so that nobody begins a stream for it.
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
