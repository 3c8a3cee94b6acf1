using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using OrderOrchestration.Api.Hosting;

namespace OrderOrchestration.Api.Limits;

/// <summary>Bounds the event streams that are open at a time, of one caller and of all: each holds a connection for as long as its caller likes.</summary>
internal sealed class StreamLimit(IOptions<OrderApiOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> limiter = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<HttpContext, string>(context => Concurrent(RateLimits.NameOf(context), options.Value.MaxStreamsPerCaller)),
        PartitionedRateLimiter.Create<HttpContext, string>(_ => Concurrent("all", options.Value.MaxStreams)));

    /// <summary>Leave to stream until the lease is disposed of, if it was acquired.</summary>
    public RateLimitLease Acquire(HttpContext context) => limiter.AttemptAcquire(context);

    public void Dispose() => limiter.Dispose();

    private static RateLimitPartition<string> Concurrent(string name, int most) => RateLimitPartition.GetConcurrencyLimiter(
        name, _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 });
}
