using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>What goes wrong in the settlement store: it is unavailable, an answer is lost after the work was done, or the process hangs in it.</summary>
internal sealed class Disturbance
{
    private readonly TaskCompletionSource hung = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int pages;

    /// <summary>The store is unavailable.</summary>
    public bool IsAway { get; set; }

    /// <summary>Every other page is done and its answer lost.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>After this many pages the process does nothing more, until it is ended.</summary>
    public int? HangsAfter { get; set; }

    /// <summary>Completes when the process hangs.</summary>
    public Task Hung => hung.Task;

    public void End()
    {
        IsAway = LosesAnswers = false;
        HangsAfter = null;
    }

    public async Task<T> AroundAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        if (IsAway)
        {
            throw new IOException("the store is away");
        }

        var result = await work();
        var page = Interlocked.Increment(ref pages);
        if (page >= HangsAfter)
        {
            hung.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return LosesAnswers && page % 2 == 0 ? throw new IOException("the answer was lost") : result;
    }
}

/// <summary>The real store, disturbed.</summary>
internal sealed class DisturbedStore(ISettlementStore store, Disturbance disturbance) : ISettlementStore
{
    public Task<DateOnly?> FindDayToSettleAsync(FindDay step, CancellationToken cancellationToken) => store.FindDayToSettleAsync(step, cancellationToken);

    public Task<ClosedPage> CloseDayAsync(CloseDay step, CancellationToken cancellationToken) =>
        disturbance.AroundAsync(() => store.CloseDayAsync(step, cancellationToken), cancellationToken);

    public Task<StatedPage> CreateStatementsAsync(CreateStatements step, CancellationToken cancellationToken) =>
        disturbance.AroundAsync(() => store.CreateStatementsAsync(step, cancellationToken), cancellationToken);

    public Task<SettledDay> CompleteDayAsync(DateOnly day, CancellationToken cancellationToken) =>
        disturbance.AroundAsync(() => store.CompleteDayAsync(day, cancellationToken), cancellationToken);

    public Task ReportFailureAsync(SettlementFailure failure, CancellationToken cancellationToken) => store.ReportFailureAsync(failure, cancellationToken);

    public Task ResolveFailureAsync(string subject, CancellationToken cancellationToken) => store.ResolveFailureAsync(subject, cancellationToken);
}
