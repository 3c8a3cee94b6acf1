using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Reconciliation;

namespace OrderOrchestration.Activities.Reconciliation;

/// <summary>
/// Compares payments with their ledgers. Most agree by their entries alone; for the others the order is read and the payment team queried again,
/// because an event may have arrived meanwhile. A difference is written before it is corrected: after a crash in between it is found again.
/// </summary>
public sealed class PaymentReconciler(PaymentClient payments, IOrderStore orders, IReconciliationStore store, OrderRuns runs, TimeProvider time)
{
    private const int AtATime = 8;

    /// <summary>The event of a younger change may still be in delivery: a payment is compared once its last change is this old.</summary>
    private static readonly TimeSpan EventDelay = TimeSpan.FromSeconds(5);

    /// <summary>Compares a page of the payment team's list.</summary>
    public async Task<ReconciliationTotals> CompareAsync(DateOnly day, int run, IReadOnlyList<ListedPayment> page, CancellationToken cancellationToken)
    {
        string[] paymentIds = [.. page.Select(payment => payment.PaymentId).Distinct(StringComparer.Ordinal)];
        var entries = await store.EntriesAsync(paymentIds, cancellationToken);
        var totals = ReconciliationTotals.Nothing;
        var doubtful = new List<ListedPayment>();
        foreach (var payment in page)
        {
            if (EntryComparison.Agreed(payment, entries.GetValueOrDefault(payment.PaymentId) ?? []) is { } agreed)
            {
                totals = totals.Plus(agreed);
            }
            else
            {
                doubtful.Add(payment);
            }
        }

        foreach (var some in doubtful.Chunk(AtATime))
        {
            var compared = await Task.WhenAll(some.Select(payment => CompareAsync(day, run, payment, cancellationToken)));
            totals = compared.Aggregate(totals, (sum, one) => sum.Plus(one));
        }

        await store.MarkSeenAsync(day, paymentIds, cancellationToken);
        return totals;
    }

    /// <summary>Compares a payment of ours that the payment team's list did not have.</summary>
    public Task<ReconciliationTotals> CompareAsync(DateOnly day, int run, OwnMovement movement, CancellationToken cancellationToken) => CompareAsync(
        day, run, new ListedPayment(movement.PaymentId, movement.OrderId, movement.Attempt, State: null, UpdatedAt: null), cancellationToken);

    private async Task<ReconciliationTotals> CompareAsync(DateOnly day, int run, ListedPayment listed, CancellationToken cancellationToken)
    {
        await WaitForEventAsync(listed, cancellationToken);
        var state = await payments.FindAsync(listed.PaymentId, cancellationToken);
        var order = await orders.FindSnapshotAsync(listed.OrderId, cancellationToken);
        var theirs = state is null
            ? null
            : new TeamPayment(
                listed.PaymentId, listed.OrderId, listed.Attempt, state.Status, state.Amount, state.Refunds ?? [], state.ApprovalNumber, state.DeclineCode);
        var now = time.GetUtcNow();
        IReadOnlyList<Finding> findings = (order, theirs) switch
        {
            (null, null) => [],
            (null, _) => [PaymentComparison.UnknownOrder(theirs)],
            (_, null) => [PaymentComparison.MissingThere(order, listed.Attempt, listed.PaymentId, now)],
            _ => new PaymentComparison(order, theirs, now).Findings(),
        };
        foreach (var finding in findings)
        {
            await SettleAsync(day, run, finding, cancellationToken);
        }

        return TotalsOf(order, theirs, listed.Attempt, findings.Count);
    }

    private async Task SettleAsync(DateOnly day, int run, Finding finding, CancellationToken cancellationToken)
    {
        var isNew = await store.AddDifferenceAsync(day, run, finding.Difference, cancellationToken);
        if (finding.Remedy is { } remedy)
        {
            await runs.SignalAsync(remedy.Subject, remedy, cancellationToken);
        }

        if (isNew)
        {
            OrderMetrics.ReconciliationDifference(KebabCase.Name(finding.Difference.Kind));
        }
    }

    private Task WaitForEventAsync(ListedPayment listed, CancellationToken cancellationToken)
    {
        var wait = listed.UpdatedAt + EventDelay - time.GetUtcNow();
        return wait > TimeSpan.Zero ? Task.Delay(wait.Value < EventDelay ? wait.Value : EventDelay, cancellationToken) : Task.CompletedTask;
    }

    private static ReconciliationTotals TotalsOf(Order? order, TeamPayment? theirs, int attempt, int differences)
    {
        List<string> there = [.. (theirs?.Refunds ?? []).Select(refund => refund.RefundId)];
        var found = ReconciliationTotals.Nothing with
        {
            Payments = 1,
            Refunds = there.Count,
            TheirsPaid = theirs?.Paid ?? Won.Zero,
            TheirsRefunded = theirs?.Refunded ?? Won.Zero,
            Differences = differences,
        };
        if (order is null || order.Payments.TrueForAll(known => known.Number != attempt))
        {
            return found;
        }

        var ours = order.Refunds.FindAll(refund => refund.Attempt == attempt && refund.Money != MoneyStage.None);
        var byHand = ours.Where(refund => refund is { IsPaidByHand: true }).Aggregate(Won.Zero, (sum, refund) => sum + refund.Amount.Card);
        return found with
        {
            Refunds = there.Union(ours.Select(refund => refund.RefundId), StringComparer.Ordinal).LongCount(),
            OursPaid = order.ChargedBy(attempt),
            OursRefunded = order.RefundedBy(attempt) + order.ForeignRefunded(attempt) - byHand,
        };
    }
}
