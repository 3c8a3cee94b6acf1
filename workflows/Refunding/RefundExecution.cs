using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Paying;

namespace OrderOrchestration.Workflows.Refunding;

/// <summary>Rules of executing a refund: the final amount, the claw-back, and the effect of the payment team's answers.</summary>
public static class RefundExecution
{
    /// <summary>Points that were accrued for the amount that is now refunded, at the rate they were accrued at (hotspot 24).</summary>
    public static Won ClawBackDue(Order order, Refund refund)
    {
        if (!refund.TakesUnits())
        {
            return Won.Zero;
        }

        var retained = order.Charged - order.CardTakenOff - RefundPricing.Of(order, refund).Card;
        return order.AccruedLeft - Won.Max(Won.Zero, retained).AtRate(order.AccrualRate);
    }

    /// <summary>The final amount: priced by the current ledger, less the points that could not be clawed back.</summary>
    public static (RefundAmount Amount, IReadOnlyList<UnitShare> Shares) Final(Order order, Refund refund)
    {
        var priced = RefundPricing.Of(order, refund);
        var missing = Won.Max(Won.Zero, refund.ClawBackDue - order.ClawedBackBy(refund.RefundId));
        var withheld = Won.Min(missing, priced.Size());
        var offCard = Won.Min(withheld, priced.Card);
        var amount = priced with { Card = priced.Card - offCard, Points = priced.Points - (withheld - offCard), Withheld = withheld };
        return (amount, order.UnitSharesOf(refund));
    }

    /// <summary>Applies the payment team's answer about a refund, and about foreign refunds of the same payment.</summary>
    public static IReadOnlyList<DomainEvent> Answered(Order order, Refund refund, RefundAnswer answer, DateTimeOffset now)
    {
        var foreign = PayingRules.ForeignRefunds(order, refund.Attempt!.Value, answer.Refunds, now);
        return answer.Status switch
        {
            PaymentRefundStatus.Completed => [.. foreign, new RefundMoneyReturned(now, refund.RefundId, answer.Amount, null)],
            PaymentRefundStatus.Pending => [.. foreign, new RefundMoneyPending(now, refund.RefundId)],
            _ => foreign,
        };
    }

    extension(Order order)
    {
        /// <summary>Points that were clawed back, or written off, for a refund.</summary>
        private Won ClawedBackBy(string refundId) => order.Ledger
            .Where(entry => (entry.Kind == LedgerKind.ClawedBack && entry.Cause == refundId) || (entry.Kind == LedgerKind.WrittenOff && entry.Cause == "claw-back/" + refundId))
            .Aggregate(Won.Zero, (sum, entry) => sum + (entry.Points ?? Won.Zero));
    }
}
