using Temporalio.Api.Workflow.V1;

namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>
/// Skips the time that orders wait for the next retry of a step, and no other: a team that is away for minutes costs a test milliseconds, and no payment
/// times out meanwhile.
/// </summary>
internal sealed class RetrySkipper : IAsyncDisposable
{
    private readonly OrderHarness harness;
    private readonly int orders;
    private readonly CancellationTokenSource stop = new();
    private readonly Task skipping;

    /// <param name="orders">Of how many of the latest orders.</param>
    public RetrySkipper(OrderHarness harness, int orders)
    {
        this.harness = harness;
        this.orders = orders;
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
                if (await NextTryAsync() is { } next && next > harness.Now)
                {
                    await harness.SkipAsync(next - harness.Now);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping it ends it with this exception.
        }
    }

    /// <summary>When one of the latest orders tries its step again; null while none waits for that.</summary>
    private async Task<DateTimeOffset?> NextTryAsync()
    {
        DateTimeOffset? next = null;
        foreach (var order in harness.Orders.TakeLast(orders))
        {
            var own = (await order.DescribeAsync(stop.Token)).PendingActivities.Select(NextTryOf).Min();
            next = own is not null && (next is null || own < next) ? own : next;
        }

        return next;
    }

    private static DateTimeOffset? NextTryOf(PendingActivityInfo step) => step.NextAttemptScheduleTime?.ToDateTimeOffset();
}
