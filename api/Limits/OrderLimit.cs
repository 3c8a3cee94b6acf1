using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace OrderOrchestration.Api.Limits;

/// <summary>
/// Limits the commands of one order well below Temporal's own limits (2,000 updates of a run, 10 in flight): per kind and caller within an hour, and
/// concurrently for all callers. A command above the concurrency limit waits up to one second. Each kind has its own budget, so that for example many
/// address changes do not block a refund.
/// </summary>
internal sealed class OrderLimit(IOptions<RateLimitSettings> settings) : IDisposable
{
    /// <summary>Half of Temporal's limit. The rest is left for other processes, claims and the placing of the order.</summary>
    private const int MaxInFlight = 5;
    private const int MaxQueued = 20;

    // The response is due within 3 s (contract §1), and the update is sent only after this wait.
    private static readonly TimeSpan QueueTimeout = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<Command> rate = PartitionedRateLimiter.Create<Command, Command>(
        command => RateLimitPartition.GetTokenBucketLimiter(command, _ => Bucket(settings.Value.Order)));

    private readonly PartitionedRateLimiter<string> inFlight = PartitionedRateLimiter.Create<string, string>(orderId => RateLimitPartition.GetConcurrencyLimiter(
        orderId, _ => new ConcurrencyLimiterOptions { PermitLimit = MaxInFlight, QueueLimit = MaxQueued, QueueProcessingOrder = QueueProcessingOrder.OldestFirst }));

    /// <summary>Runs a command of this kind, or answers 429 where a limit is reached.</summary>
    public async Task<IResult> RunAsync(HttpContext context, string orderId, string update, Func<Task<IResult>> command, CancellationToken cancellationToken)
    {
        using var token = rate.AttemptAcquire(new Command(RateLimits.NameOf(context), orderId, update));
        if (!token.IsAcquired)
        {
            return TooMany(context, token, "The order has had more requests of this kind than it takes; wait and send again.");
        }

        using var permit = await WaitAsync(orderId, cancellationToken);
        return permit.IsAcquired ? await command() : TooMany(context, permit, "The order has more requests to answer than it can at a time; send again in a moment.");
    }

    public void Dispose()
    {
        rate.Dispose();
        inFlight.Dispose();
    }

    private static ProblemHttpResult TooMany(HttpContext context, RateLimitLease lease, string detail) => RateLimits.TooMany(context, lease, detail);

    private async Task<RateLimitLease> WaitAsync(string orderId, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(QueueTimeout);
        try
        {
            return await inFlight.AcquireAsync(orderId, 1, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return NotAcquiredLease.Lease;
        }
    }

    private static TokenBucketRateLimiterOptions Bucket(int perHour) => new()
    {
        TokenLimit = perHour,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromHours(1) / perHour,
        QueueLimit = 0,
    };

    private readonly record struct Command(string Caller, string OrderId, string Update);

    /// <summary>The lease returned when no permit became free within the wait.</summary>
    private sealed class NotAcquiredLease : RateLimitLease
    {
        public static readonly NotAcquiredLease Lease = new();

        public override bool IsAcquired => false;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = null;
            return false;
        }
    }
}
