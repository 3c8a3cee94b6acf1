using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Telemetry;
using Polly.Timeout;

namespace OrderOrchestration.Activities.Partners;

/// <summary>
/// Measures each call to a team as its caller sees it (<c>partner_call_seconds</c>): outside of the timeout, the circuit breaker and the retries of a
/// read, so a call with retries is one measurement.
/// </summary>
internal sealed class PartnerCallMetrics(string team, IOptionsMonitor<PartnerSettings> settings) : DelegatingHandler
{
    private static readonly Histogram<double> Calls = OrderTelemetry.Meter.CreateHistogram(
        "partner.call",
        "s",
        "Calls to the other teams.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    private readonly string label = team.ToLowerInvariant();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = "failed";
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            outcome = Outcome(response.StatusCode);
            return response;
        }
        catch (Exception e) when (IsTimeout(e))
        {
            outcome = "timeout";
            throw;
        }
        finally
        {
            var taken = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Calls.Record(taken, new("team", label), new("operation", Operation(request)), new("outcome", outcome));
        }
    }

    private static string Outcome(HttpStatusCode status) => (int)status switch
    {
        408 => "timeout",
        429 or >= 500 => "failed",
        >= 400 => "refused",
        _ => "ok",
    };

    // A caller that stops waiting counts as a timeout, too: the team has not answered within the given time.
    private static bool IsTimeout(Exception error) => error is TimeoutRejectedException or OperationCanceledException or TimeoutException;

    private string Operation(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath;
        var prefix = settings.CurrentValue.BaseAddress(team).AbsolutePath;
        return PartnerOperations.Name(request.Method, path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : path);
    }
}
