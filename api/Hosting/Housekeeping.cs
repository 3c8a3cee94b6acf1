using OrderOrchestration.Api.Temporal;

namespace OrderOrchestration.Api.Hosting;

/// <summary>A background job that runs at a fixed interval. A failed run is logged, and the next run tries again.</summary>
internal abstract class Housekeeping(TimeProvider time, TimeSpan interval, ILogger logger) : BackgroundService
{
    protected TimeProvider Time => time;

    protected abstract Task RunAsync(CancellationToken cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            do
            {
                await TryRunAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TryRunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(cancellationToken);
        }
        catch (Exception e) when (e is System.Data.Common.DbException or Temporalio.Exceptions.RpcException or OrdersUnavailableException)
        {
            logger.LogWarning(e, "{Housekeeping} failed; the next run tries again", GetType().Name);
        }
    }
}
