using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace OrderOrchestration.Activities.Partners;

/// <summary>
/// Resilience of a single HTTP call: a bulkhead, a circuit breaker and a timeout per team. Temporal owns retries, except for reads, which the API also
/// makes outside of Temporal (it reads facts in-process).
/// </summary>
internal static class PartnerResilience
{
    private const int ConcurrentCalls = 200;
    private const int WaitingCalls = 400;

    public static void AddPartnerResilience(this IHttpClientBuilder client, string team) => client
        .AddHttpMessageHandler(provider => new PartnerCallMetrics(team, provider.GetRequiredService<IOptionsMonitor<PartnerSettings>>()))
        .AddResilienceHandler(team, (pipeline, context) =>
        {
            var settings = context.ServiceProvider.GetRequiredService<IOptionsMonitor<PartnerSettings>>().CurrentValue.GetValueOrDefault(team);
            // The breaker uses the same clock as the steps' retries.
            pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
            pipeline
                .AddConcurrencyLimiter(ConcurrentCalls, WaitingCalls)
                .AddRetry(ReadsOnly())
                .AddCircuitBreaker(Breaker())
                .AddTimeout(new TimeoutStrategyOptions { Timeout = settings?.CallTimeout ?? new PartnerTeamSettings().CallTimeout });
        });

    private static RetryStrategyOptions<HttpResponseMessage> ReadsOnly() => new()
    {
        MaxRetryAttempts = 2,
        Delay = TimeSpan.FromMilliseconds(100),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = arguments => ValueTask.FromResult(
            arguments.Context.GetRequestMessage()?.Method == HttpMethod.Get && HttpClientResiliencePredicates.IsTransient(arguments.Outcome)),
    };

    /// <summary>
    /// Opens when half of at least 20 calls within 10 s fail, for 5 s, so that a failing team is not overloaded and its recovery is detected soon.
    /// </summary>
    private static CircuitBreakerStrategyOptions<HttpResponseMessage> Breaker() => new()
    {
        FailureRatio = 0.5,
        MinimumThroughput = 20,
        SamplingDuration = TimeSpan.FromSeconds(10),
        BreakDuration = TimeSpan.FromSeconds(5),
        ShouldHandle = arguments => ValueTask.FromResult(HttpClientResiliencePredicates.IsTransient(arguments.Outcome)),
    };
}
