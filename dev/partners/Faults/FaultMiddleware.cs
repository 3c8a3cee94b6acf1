using System.Globalization;
using System.Text.Json;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Faults;

/// <summary>Injects the faults of <see cref="FaultSet"/> into calls to the teams. This program's own endpoints (books, faults, …) are exempt.</summary>
internal sealed class FaultMiddleware(
    RequestDelegate next, FaultSet faults, PartnersOptions options, IHostApplicationLifetime lifetime)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (TeamOf(context.Request.Path, out var path) is not { } team)
        {
            await next(context);
            return;
        }

        var body = faults.AsksForSubjects ? await ReadBodyAsync(context.Request) : null;
        var fault = faults.ForCall(new CallFacts(team, context.Request.Method, path, body));
        if (fault.Latency > TimeSpan.Zero)
        {
            await Task.Delay(fault.Latency, options.TransportTimeProvider, context.RequestAborted);
        }

        if (fault.Answer.Count == 0)
        {
            await ApplyAsync(context, fault);
        }
        else
        {
            await ChangeResponseAsync(context, fault);
        }
    }

    private async Task ApplyAsync(HttpContext context, CallFault fault)
    {
        switch (fault)
        {
            case { Outage: Outage.Abort }:
                AbortConnection(context);
                break;
            case { Outage: Outage.Hang }:
                await HangAsync(context);
                break;
            case { Outage: Outage.Unavailable }:
                await FailAsync(context, StatusCodes.Status503ServiceUnavailable, fault.RetryAfterSeconds);
                break;
            case { Status: { } status }:
                await FailAsync(context, status, fault.RetryAfterSeconds);
                break;
            case { LostAnswer: { } lost }:
                await DiscardResponseAsync(context, lost);
                break;
            default:
                await next(context);
                break;
        }
    }

    /// <summary>Runs the call and changes its response body before it is sent. A call whose connection was aborted has no response.</summary>
    private async Task ChangeResponseAsync(HttpContext context, CallFault fault)
    {
        var responseBody = context.Response.Body;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        try
        {
            await ApplyAsync(context, fault);
        }
        finally
        {
            context.Response.Body = responseBody;
        }

        if (context.Items.ContainsKey(CallLog.BrokenOff) || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        if (context.Response.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified)
        {
            context.Response.ContentLength = null;
            return; // Responses with this status have no body.
        }

        var content = fault.Answer.Aggregate(answer.ToArray(), (document, change) => change.Apply(document));
        context.Response.ContentType = context.Response.StatusCode < 400 ? "application/json; charset=utf-8" : context.Response.ContentType;
        context.Response.ContentLength = content.Length;
        await responseBody.WriteAsync(content, context.RequestAborted);
    }

    /// <summary>Runs the call and discards its response, so that the outcome is unknown to the caller.</summary>
    private async Task DiscardResponseAsync(HttpContext context, LostAnswer lost)
    {
        var responseBody = context.Response.Body;
        context.Response.Body = Stream.Null;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = responseBody;
        }

        switch (lost)
        {
            case LostAnswer.Abort:
                AbortConnection(context);
                break;
            case LostAnswer.Hang:
                await HangAsync(context);
                break;
            default:
                context.Response.Clear();
                await FailAsync(context, StatusCodes.Status504GatewayTimeout, null);
                break;
        }
    }

    /// <summary>Waits until the caller disconnects or the server stops, then aborts the connection.</summary>
    private async Task HangAsync(HttpContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = end.Token.Register(ended.SetResult);
        await ended.Task;
        AbortConnection(context);
    }

    private Team? TeamOf(PathString path, out string rest)
    {
        foreach (var team in TeamNames.All)
        {
            if (path.StartsWithSegments($"{options.PathPrefix}/{team.Slug()}", StringComparison.OrdinalIgnoreCase, out var remaining))
            {
                rest = remaining.Value ?? string.Empty;
                return team;
            }
        }

        rest = string.Empty;
        return null;
    }

    private static async Task<JsonElement?> ReadBodyAsync(HttpRequest request)
    {
        request.EnableBuffering();
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null; // No body, or invalid JSON, which the team itself rejects.
        }
        finally
        {
            request.Body.Position = 0;
        }
    }

    private static void AbortConnection(HttpContext context)
    {
        context.Items[CallLog.BrokenOff] = true;
        context.Abort();
    }

    private static Task FailAsync(HttpContext context, int status, int? retryAfterSeconds)
    {
        if (retryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return RefusalMiddleware.WriteAsync(context, new RefusalException(status, "fault-injected", "a fault is switched on for this call"));
    }
}
