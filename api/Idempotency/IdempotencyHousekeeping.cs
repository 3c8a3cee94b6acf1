using OrderOrchestration.Activities.Store;

namespace OrderOrchestration.Api.Idempotency;

/// <summary>Forgets idempotency keys and received events past their time, once an hour.</summary>
internal sealed class IdempotencyHousekeeping(IIdempotencyStore store, TimeProvider time, ILogger<IdempotencyHousekeeping> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        try
        {
            do
            {
                await PurgeAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task PurgeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.PurgeAsync(cancellationToken);
        }
        catch (System.Data.Common.DbException e)
        {
            logger.LogWarning(e, "Old idempotency keys could not be forgotten; the next round tries again");
        }
    }
}
