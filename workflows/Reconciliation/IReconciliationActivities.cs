using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Reconciliation;

/// <summary>
/// 결제 대사. Each call works in pages of bounded size and notes how far it came in its heartbeats, so that a retry goes on there. What is done about a
/// difference is idempotent: the same difference found again is written, published and put right once.
/// </summary>
public interface IReconciliationActivities
{
    /// <summary>The first day after <paramref name="after"/>, or after the last one that was compared whole, up to a day; <c>null</c>: none is left.</summary>
    [Activity]
    Task<DateOnly?> FindDayToReconcileAsync(DateOnly? after, DateOnly upTo);

    /// <summary>Begins a comparison of the day; answers its number.</summary>
    [Activity]
    Task<int> BeginReconciliationAsync(DateOnly day);

    /// <summary>Pages through the payment team's list, compares each payment with our ledger, and puts right what is safe.</summary>
    [Activity]
    Task<TheirsCompared> CompareTheirsAsync(CompareTheirs request);

    /// <summary>Asks the payment team about each payment whose money moved in our ledger on the day and that its list did not have.</summary>
    [Activity]
    Task<OursCompared> CompareOursAsync(CompareOurs request);

    /// <summary>결제 대사가 완료되었다.</summary>
    [Activity]
    Task CompleteReconciliationAsync(DateOnly day, int run, ReconciliationTotals totals);

    /// <summary>Writes why the day could not be compared and notifies the operators.</summary>
    [Activity]
    Task FailReconciliationAsync(ReconciliationFailure failure);
}
