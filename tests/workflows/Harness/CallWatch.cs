namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>Watches the calls to the other teams come back and the store being written, so that a test waits for what they brought about instead of for a while.</summary>
internal sealed class CallWatch
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly List<(Func<bool> IsMet, TaskCompletionSource ExistingOrder)> waiting = [];

    /// <summary>Completes once the condition holds; it is asked whenever a call has come back or an order was written down.</summary>
    /// <exception cref="TimeoutException">It never held.</exception>
    public Task WhenAsync(Func<bool> isMet)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Add((isMet, met));
        }

        Look();
        return met.Task.WaitAsync(Timeout);
    }

    public DelegatingHandler NewHandler() => new Handler(this);

    public void Look()
    {
        lock (gate)
        {
            foreach (var wait in waiting.Where(IsOver).ToList())
            {
                waiting.Remove(wait);
            }
        }
    }

    /// <summary>A condition that fails is its own test's to know, not that of the call that happened to come back.</summary>
    private static bool IsOver((Func<bool> IsMet, TaskCompletionSource ExistingOrder) wait)
    {
        try
        {
            return wait.IsMet() && wait.ExistingOrder.TrySetResult();
        }
        catch (Exception failure)
        {
            return wait.ExistingOrder.TrySetException(failure);
        }
    }

    private sealed class Handler(CallWatch watch) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                watch.Look();
            }
        }
    }
}
