using OrderOrchestration.Activities.Store.Idempotency;
using OrderOrchestration.Api.Hosting;

namespace OrderOrchestration.Api.Idempotency;

/// <summary>Deletes expired idempotency keys and received events, once an hour.</summary>
internal sealed class IdempotencyHousekeeping(IIdempotencyStore store, TimeProvider time, ILogger<IdempotencyHousekeeping> logger)
    : Housekeeping(time, TimeSpan.FromHours(1), logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => store.PurgeAsync(cancellationToken);
}
