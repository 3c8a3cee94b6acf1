using OrderOrchestration.Activities.Reconciliation;
using OrderOrchestration.Api.Reconciliations;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Reconciliation;

namespace OrderOrchestration.Tests.Api;

/// <summary>Stands in for the reconciliation workflow where a test is about HTTP alone: finds the differences that the test says.</summary>
internal sealed class FakeReconciliations(IReconciliationStore store) : IReconciliationCommands
{
    /// <summary>Whether it takes longer than its caller waits.</summary>
    public bool IsSlow { get; set; }

    public IReadOnlyList<ReconciliationDifference> Differences { get; set; } = [];

    /// <summary>Why it fails; absent: it does not.</summary>
    public string? Error { get; set; }

    public async Task<bool> ReconcileAsync(DateOnly day, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var run = await store.BeginAsync(day, cancellationToken);
        if (IsSlow)
        {
            return false;
        }

        foreach (var difference in Differences)
        {
            await store.AddDifferenceAsync(day, run, difference, cancellationToken);
        }

        var totals = new ReconciliationTotals(10, 2, new Won(100_000), new Won(5_000), new Won(90_000), new Won(5_000), Differences.Count);
        await (Error is { } error
            ? store.FailAsync(new ReconciliationFailure(day, run, DateTimeOffset.UtcNow, "compare-theirs", error), cancellationToken)
            : store.CompleteAsync(day, run, totals, cancellationToken));
        return true;
    }
}
