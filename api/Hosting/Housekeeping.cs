using OrderOrchestration.Api.Temporal;

namespace OrderOrchestration.Api.Hosting;

/// <summary>Something that is tidied again and again; a round that fails is logged, and the next one tries again.</summary>
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
            logger.LogWarning(e, "{Housekeeping} could not run; the next round tries again", GetType().Name);
        }
    }
}
