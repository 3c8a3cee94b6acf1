using System.Globalization;
using OrderOrchestration.Partners.Http;

namespace OrderOrchestration.Partners.Faults;

/// <summary>Lets calls to the teams go wrong as <see cref="FaultSet"/> says. This program's own surface (books, faults, …) is spared.</summary>
internal sealed class FaultMiddleware(RequestDelegate next, FaultSet faults, TimeProvider wireClock)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (TeamOf(context.Request.Path, out var path) is not { } team)
        {
            await next(context);
            return;
        }

        var fault = faults.ForCall(team, context.Request.Method, path);
        if (fault.Latency > TimeSpan.Zero)
        {
            await Task.Delay(fault.Latency, wireClock, context.RequestAborted);
        }

        switch (fault)
        {
            case { Outage: Outage.Abort }:
                BreakOff(context);
                break;
            case { Outage: Outage.Unavailable }:
                await FailAsync(context, StatusCodes.Status503ServiceUnavailable, fault.RetryAfterSeconds);
                break;
            case { Status: { } status }:
                await FailAsync(context, status, fault.RetryAfterSeconds);
                break;
            case { LostAnswer: { } lost }:
                await LoseAnswerAsync(context, lost);
                break;
            default:
                await next(context);
                break;
        }
    }

    /// <summary>The work is done, into nowhere: the caller learns nothing of it.</summary>
    private async Task LoseAnswerAsync(HttpContext context, LostAnswer lost)
    {
        var wire = context.Response.Body;
        context.Response.Body = Stream.Null;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = wire;
        }

        if (lost == LostAnswer.Abort)
        {
            BreakOff(context);
            return;
        }

        context.Response.Clear();
        await FailAsync(context, StatusCodes.Status504GatewayTimeout, null);
    }

    private static Team? TeamOf(PathString path, out string rest)
    {
        foreach (var team in TeamNames.All)
        {
            if (path.StartsWithSegments($"/{team.Slug()}", StringComparison.OrdinalIgnoreCase, out var remaining))
            {
                rest = remaining.Value ?? string.Empty;
                return team;
            }
        }

        rest = string.Empty;
        return null;
    }

    private static void BreakOff(HttpContext context)
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
