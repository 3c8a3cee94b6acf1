using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Worker;

/// <summary>
/// Waits until the Temporal cluster answers, before anything else uses it: a worker that starts first is live but not ready, and does not exit.
/// </summary>
internal sealed partial class TemporalConnectionSetup(ITemporalClient client, TimeProvider time, ILogger<TemporalConnectionSetup> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (!await IsAvailableAsync(cancellationToken))
        {
            LogWaiting(client.Connection.Options.TargetHost, pause);
            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Without a connection the SDK throws an InvalidOperationException, or UNAVAILABLE if there was one before.
    private async Task<bool> IsAvailableAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.Connection.ConnectAsync().WaitAsync(cancellationToken);
            return true;
        }
        catch (Exception error) when (error is InvalidOperationException or RpcException { Code: RpcException.StatusCode.Unavailable })
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Temporal does not answer at {Address}; the worker waits for it and looks again in {Pause}")]
    private partial void LogWaiting(string? address, TimeSpan pause);
}
