using Microsoft.AspNetCore.Mvc;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Http;

/// <summary>Answers a team's rejection, and a malformed request, as a problem document.</summary>
internal sealed class RefusalMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (RefusalException refusal)
        {
            await WriteAsync(context, refusal);
        }
        catch (BadHttpRequestException malformed)
        {
            await WriteAsync(context, new RefusalException(malformed.StatusCode, "invalid-request", Explain(malformed)));
        }
    }

    public static Task WriteAsync(HttpContext context, RefusalException refusal)
    {
        var problem = new ProblemDetails
        {
            Status = refusal.Status,
            Type = $"/problems/{refusal.Slug}",
            Title = refusal.Slug.Replace('-', ' '),
            Detail = refusal.Message,
            Instance = context.Request.Path,
        };
        foreach (var (name, value) in refusal.Fields)
        {
            problem.Extensions[name] = value;
        }

        context.Response.StatusCode = refusal.Status;
        return context.Response.WriteAsJsonAsync(problem, PartnersJson.Options, "application/problem+json");
    }

    /// <summary>The inner exception has the message of the JSON deserializer ("… was missing required properties …").</summary>
    private static string Explain(BadHttpRequestException malformed) => malformed.InnerException?.Message ?? malformed.Message;
}
