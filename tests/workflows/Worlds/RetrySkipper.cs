using Temporalio.Api.Workflow.V1;

namespace OrderOrchestration.Tests.Workflows.Worlds;

/// <summary>
/// Skips the time that orders wait for the next try of a step, and no other: a team that is away for minutes costs a test milliseconds, and yet no
/// payment times out behind its back.
/// </summary>
internal sealed class RetrySkipper : IAsyncDisposable
{
    private readonly OrderWorld world;
    private readonly CancellationTokenSource stop = new();
    private readonly Task skipping;

    public RetrySkipper(OrderWorld world)
    {
        this.world = world;
        skipping = Task.Run(SkipAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await skipping;
        stop.Dispose();
    }

    private async Task SkipAsync()
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        try
        {
            while (await looks.WaitForNextTickAsync(stop.Token))
            {
                if (await NextTryAsync() is { } next && next > world.Now)
                {
                    await world.SkipAsync(next - world.Now);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // That is how it is stopped.
        }
    }

    /// <summary>When the latest order tries its step again; null while it does not wait for that.</summary>
    private async Task<DateTimeOffset?> NextTryAsync()
    {
        if (world.Orders.LastOrDefault() is not { } order)
        {
            return null;
        }

        return (await order.DescribeAsync(stop.Token)).PendingActivities.Select(NextTryOf).Min();
    }

    private static DateTimeOffset? NextTryOf(PendingActivityInfo step) => step.NextAttemptScheduleTime?.ToDateTimeOffset();
}
