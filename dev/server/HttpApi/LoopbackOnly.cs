using System.Net;

namespace EmbeddedTemporal.HttpApi;

/// <summary>
/// Protects a server without authentication from web pages of other origins: requests with a foreign Host header (DNS rebinding) or a foreign origin
/// (forms and scripts) are rejected. Pages of this machine may call the server.
/// </summary>
internal static class LoopbackOnly
{
    /// <summary>Rejects foreign hosts and origins, and answers CORS preflight requests.</summary>
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsLoopback(context.Request.Host.Host))
        {
            await RefuseAsync(context, "Host not allowed");
            return;
        }
        if (context.Request.Headers.Origin is [{ } origin])
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var address) || !IsLoopback(address.Host))
            {
                await RefuseAsync(context, "Origin not allowed");
                return;
            }
            AllowOrigin(context.Response.Headers, origin);
            if (HttpMethods.IsOptions(context.Request.Method))
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }
        }
        await next(context);
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static void AllowOrigin(IHeaderDictionary headers, string origin)
    {
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
        headers.AccessControlAllowHeaders = "Accept, Authorization, Content-Type, X-CSRF-Token, Caller-Type";
        headers.AccessControlAllowMethods = "GET, POST, PUT, PATCH, DELETE, OPTIONS";
        headers.Vary = "Origin";
    }

    private static Task RefuseAsync(HttpContext context, string message)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"code": 7, "message": "{{message}}"}""");
    }
}
