using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using OrderOrchestration.Api.Hosting;

namespace OrderOrchestration.Api.Limits;

/// <summary>Limits the concurrently open event streams per caller and in total. Each stream occupies a connection until its caller closes it.</summary>
internal sealed class StreamLimit(IOptions<OrderApiOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> limiter = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<HttpContext, string>(context => Concurrent(RateLimits.NameOf(context), options.Value.MaxStreamsPerCaller)),
        PartitionedRateLimiter.Create<HttpContext, string>(_ => Concurrent("all", options.Value.MaxStreams)));

    /// <summary>Acquires a permit for one stream; disposing the lease releases it.</summary>
    public RateLimitLease Acquire(HttpContext context) => limiter.AttemptAcquire(context);

    public void Dispose() => limiter.Dispose();

    private static RateLimitPartition<string> Concurrent(string name, int most) => RateLimitPartition.GetConcurrencyLimiter(
        name, _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 });
}
