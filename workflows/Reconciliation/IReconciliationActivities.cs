using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Reconciliation;

/// <summary>
/// 결제 대사. Each activity works in pages of bounded size and reports its position in heartbeats, so that a retry continues there. The handling of a
/// difference is idempotent: a difference that is found again is written, published and corrected once.
/// </summary>
public interface IReconciliationActivities
{
    /// <summary>The first day after <paramref name="after"/>, or after the last one that was fully compared, up to a day; <c>null</c>: none is left.</summary>
    [Activity]
    Task<DateOnly?> FindDayToReconcileAsync(DateOnly? after, DateOnly upTo);

    /// <summary>Begins a comparison of the day; returns its number.</summary>
    [Activity]
    Task<int> BeginReconciliationAsync(DateOnly day);

    /// <summary>Pages through the payment team's list, compares each payment with our ledger, and corrects what is safe to correct.</summary>
    [Activity]
    Task<TheirsCompared> CompareTheirsAsync(CompareTheirs request);

    /// <summary>Queries the payment team for each payment whose money moved in our ledger on the day and that its list did not have.</summary>
    [Activity]
    Task<OursCompared> CompareOursAsync(CompareOurs request);

    /// <summary>결제 대사가 완료되었다.</summary>
    [Activity]
    Task CompleteReconciliationAsync(DateOnly day, int run, ReconciliationTotals totals);

    /// <summary>Writes why the day could not be compared and notifies the operators.</summary>
    [Activity]
    Task FailReconciliationAsync(ReconciliationFailure failure);
}
