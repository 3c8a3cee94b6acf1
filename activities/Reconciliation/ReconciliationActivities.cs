using OrderOrchestration.Activities.Orders;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Reconciliation;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Reconciliation;

/// <summary>Compares days with the payment team, page by page; each heartbeat has the progress, and a retry continues there.</summary>
public sealed class ReconciliationActivities(PaymentClient payments, IReconciliationStore store, PaymentReconciler reconciler) : IReconciliationActivities
{
    private const int MovementsPerPage = 5_000;

    private static CancellationToken Cancellation => ActivityExecutionContext.Current.CancellationToken;

    [Activity]
    public Task<DateOnly?> FindDayToReconcileAsync(DateOnly? after, DateOnly upTo) => store.FindDayAsync(after, upTo, Cancellation);

    [Activity]
    public Task<int> BeginReconciliationAsync(DateOnly day) => store.BeginAsync(day, Cancellation);

    [Activity]
    public Task<TheirsCompared> CompareTheirsAsync(CompareTheirs request) => PartnerCalls.RunAsync(async () =>
    {
        var (from, to) = (BusinessDay.EndOf(request.Day.AddDays(-1)), BusinessDay.EndOf(request.Day));
        var compared = await ProgressAsync(new TheirsCompared(request.Cursor, IsWhole: false, ReconciliationTotals.Nothing));
        while (!compared.IsWhole && compared.Totals.Payments < request.Payments)
        {
            var page = await payments.ListAsync(from, to, compared.NextCursor, Cancellation);
            var totals = await reconciler.CompareAsync(request.Day, request.Run, page.Items, Cancellation);
            compared = new TheirsCompared(page.NextCursor, page.NextCursor is null, compared.Totals.Plus(totals));
            ActivityExecutionContext.Current.Heartbeat(compared);
        }

        return compared;
    });

    [Activity]
    public Task<OursCompared> CompareOursAsync(CompareOurs request) => PartnerCalls.RunAsync(async () =>
    {
        var compared = await ProgressAsync(new OursCompared(request.After, ReconciliationTotals.Nothing));
        for (var looked = 0; looked < request.Payments; looked += MovementsPerPage)
        {
            var page = await store.MovementsAsync(request.Day, compared.UpTo, MovementsPerPage, Cancellation);
            foreach (var movement in page.Where(movement => !movement.IsSeen).DistinctBy(movement => movement.PaymentId))
            {
                var totals = await reconciler.CompareAsync(request.Day, request.Run, movement, Cancellation);
                compared = new OursCompared(movement.Position, compared.Totals.Plus(totals));
                ActivityExecutionContext.Current.Heartbeat(compared);
            }

            if (page.Count < MovementsPerPage)
            {
                return compared with { UpTo = null };
            }

            compared = compared with { UpTo = page[^1].Position };
            ActivityExecutionContext.Current.Heartbeat(compared);
        }

        return compared;
    });

    [Activity]
    public Task CompleteReconciliationAsync(DateOnly day, int run, ReconciliationTotals totals) => store.CompleteAsync(day, run, totals, Cancellation);

    [Activity]
    public Task FailReconciliationAsync(ReconciliationFailure failure) => store.FailAsync(failure, Cancellation);

    /// <summary>The progress of an earlier attempt; the beginning if there was none.</summary>
    private static async Task<T> ProgressAsync<T>(T beginning)
    {
        var details = ActivityExecutionContext.Current.Info.HeartbeatDetails;
        return details.Count == 0 ? beginning : await ActivityExecutionContext.Current.Info.HeartbeatDetailAtAsync<T>(0);
    }
}
