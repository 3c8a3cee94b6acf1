namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>Signals each answered call to another team and each write of the store, so that a test waits for their effects instead of for a fixed time.</summary>
internal sealed class CallWatch
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly List<(Func<bool> IsMet, TaskCompletionSource ExistingOrder)> waiting = [];

    /// <summary>Completes once the condition holds; it is evaluated whenever a call was answered or an order was written.</summary>
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

    /// <summary>An exception of a condition goes to the test that waits for it, not to the call that triggered the evaluation.</summary>
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
