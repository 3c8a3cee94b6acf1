using System.Collections.Concurrent;
using OrderOrchestration.Partners.Options;

namespace OrderOrchestration.Partners.Http;

/// <summary>Counts of one endpoint of a team's API, by outcome.</summary>
/// <param name="Call">E.g. <c>POST /payment/payments</c>.</param>
/// <param name="Received">Requests that arrived.</param>
/// <param name="Succeeded">Executed and answered 2xx.</param>
/// <param name="Replayed">Answered with the first response of their idempotency key.</param>
/// <param name="Refused">Answered 4xx.</param>
/// <param name="Failed">Answered 5xx.</param>
/// <param name="Unanswered">The connection was aborted by a fault or by the caller.</param>
public sealed record CallCount(string Call, long Received, long Succeeded, long Replayed, long Refused, long Failed, long Unanswered);

/// <summary>Counts calls per endpoint.</summary>
/// <param name="pathPrefix"><see cref="PartnersOptions.PathPrefix"/>, which is removed from the endpoints' names.</param>
internal sealed class CallLog(string pathPrefix = "")
{
    /// <summary>Key in <see cref="HttpContext.Items"/>: set where a fault aborts the connection.</summary>
    public static readonly object BrokenOff = new();

    private readonly ConcurrentDictionary<string, CallCount> counts = new(StringComparer.Ordinal);

    public IReadOnlyList<CallCount> Counts => [.. counts.Values.OrderBy(c => c.Call, StringComparer.Ordinal)];

    /// <summary>Counts a completed request, except requests to this program's own endpoints (books, faults, …).</summary>
    public void Record(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint is RouteEndpoint && endpoint.Metadata.GetMetadata<TeamCall>() is null)
        {
            return;
        }

        var aborted = context.Items.ContainsKey(BrokenOff) || context.RequestAborted.IsCancellationRequested;
        var replayed = context.Response.Headers.ContainsKey(IdempotencyMiddleware.ReplayedHeaderName);
        var status = context.Response.StatusCode;
        counts.AddOrUpdate(
            NameOf(context),
            name => Count(new CallCount(name, 0, 0, 0, 0, 0, 0), status, replayed, aborted),
            (_, known) => Count(known, status, replayed, aborted));
    }

    private static CallCount Count(CallCount known, int status, bool replayed, bool aborted)
    {
        var received = known with { Received = known.Received + 1 };
        return (status, replayed, aborted) switch
        {
            (_, _, true) => received with { Unanswered = known.Unanswered + 1 },
            (_, true, _) => received with { Replayed = known.Replayed + 1 },
            ( < 400, _, _) => received with { Succeeded = known.Succeeded + 1 },
            ( < 500, _, _) => received with { Refused = known.Refused + 1 },
            _ => received with { Failed = known.Failed + 1 },
        };
    }

    private string NameOf(HttpContext context)
    {
        var path = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no such call)";
        return $"{context.Request.Method} {(path.StartsWith(pathPrefix, StringComparison.Ordinal) ? path[pathPrefix.Length..] : path)}";
    }
}
