using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Reconciliation;

namespace OrderOrchestration.Activities.Reconciliation;

/// <summary>
/// Whether a payment agrees with its entries, without reading its order. Only a certain agreement counts: anything that is not recognised is compared
/// in full.
/// </summary>
internal static class EntryComparison
{
    /// <summary>Counts and sums of a payment that agrees; <c>null</c>: it may differ.</summary>
    public static ReconciliationTotals? Agreed(ListedPayment listed, IReadOnlyList<PaymentEntry> entries)
    {
        if (listed.State is not { } state || entries.Any(entry => entry.OrderId != listed.OrderId || entry.Attempt != listed.Attempt))
        {
            return null;
        }

        var refunds = state.Refunds ?? [];
        return state.Status switch
        {
            PaymentStatus.Approved or PaymentStatus.Refunded => AgreedPaid(state, refunds, entries),
            PaymentStatus.Declined or PaymentStatus.Cancelled when refunds.Count == 0 && entries is [{ Kind: PaymentRows.Ended }] =>
                ReconciliationTotals.Nothing with { Payments = 1 },
            _ => null,
        };
    }

    private static ReconciliationTotals? AgreedPaid(PaymentState state, IReadOnlyList<PaymentRefund> refunds, IReadOnlyList<PaymentEntry> entries)
    {
        var charged = entries.Where(entry => entry.Kind == PaymentRows.Charged).ToList();
        var given = entries.Where(entry => entry.Kind is PaymentRows.Refunded or PaymentRows.ForeignRefund).ToList();
        var agrees = charged is [var charge] && charge.Amount == state.Amount.Amount
            && given.Count == refunds.Count
            && refunds.All(refund => refund.Status == PaymentRefundStatus.Completed
                && given.Exists(entry => entry.RefundId == refund.RefundId && entry.Amount == refund.Amount.Amount));
        var refunded = new Won(given.Sum(entry => entry.Amount));
        return agrees ? new ReconciliationTotals(1, refunds.Count, state.Amount, refunded, state.Amount, refunded, 0) : null;
    }
}
