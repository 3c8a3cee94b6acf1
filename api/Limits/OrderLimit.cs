using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace OrderOrchestration.Api.Limits;

/// <summary>
/// Bounds the commands that one order takes, long before Temporal does (2,000 updates of a run, 10 in flight): of one kind and caller in an hour, and of
/// everybody at a time. A command beyond what is at work waits for a moment; who uses up one kind can still use another, so nobody locks a refund out by
/// changing addresses.
/// </summary>
internal sealed class OrderLimit(IOptions<RateLimitSettings> settings) : IDisposable
{
    /// <summary>Half of what Temporal takes: other processes, claims and the placing itself have room beside it.</summary>
    private const int AtATime = 5;
    private const int Waiting = 20;

    // A person waits three seconds for an answer, and the order has not been asked yet.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<Command> often = PartitionedRateLimiter.Create<Command, Command>(
        command => RateLimitPartition.GetTokenBucketLimiter(command, _ => Bucket(settings.Value.Order)));

    private readonly PartitionedRateLimiter<string> atWork = PartitionedRateLimiter.Create<string, string>(orderId => RateLimitPartition.GetConcurrencyLimiter(
        orderId, _ => new ConcurrencyLimiterOptions { PermitLimit = AtATime, QueueLimit = Waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst }));

    /// <summary>Runs a command of this kind, or answers that the order takes no more of them for now.</summary>
    public async Task<IResult> RunAsync(HttpContext context, string orderId, string update, Func<Task<IResult>> command, CancellationToken cancellationToken)
    {
        using var token = often.AttemptAcquire(new Command(RateLimits.NameOf(context), orderId, update));
        if (!token.IsAcquired)
        {
            return TooMany(context, token, "The order has had more requests of this kind than it takes; wait and send again.");
        }

        using var room = await WaitAsync(orderId, cancellationToken);
        return room.IsAcquired ? await command() : TooMany(context, room, "The order has more requests to answer than it can at a time; send again in a moment.");
    }

    public void Dispose()
    {
        often.Dispose();
        atWork.Dispose();
    }

    private static ProblemHttpResult TooMany(HttpContext context, RateLimitLease lease, string detail) => RateLimits.TooMany(context, lease, detail);

    private async Task<RateLimitLease> WaitAsync(string orderId, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(LongestWait);
        try
        {
            return await atWork.AcquireAsync(orderId, 1, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Refused.Lease;
        }
    }

    private static TokenBucketRateLimiterOptions Bucket(int anHour) => new()
    {
        TokenLimit = anHour,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromHours(1) / anHour,
        QueueLimit = 0,
    };

    private readonly record struct Command(string Caller, string OrderId, string Update);

    /// <summary>No room came free in time.</summary>
    private sealed class Refused : RateLimitLease
    {
        public static readonly Refused Lease = new();

        public override bool IsAcquired => false;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = null;
            return false;
        }
    }
}
