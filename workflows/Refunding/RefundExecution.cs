using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Paying;

namespace OrderOrchestration.Workflows.Refunding;

/// <summary>What is given back when a refund's money is asked for, and what the payment team's answers mean.</summary>
public static class RefundExecution
{
    /// <summary>Points that the purchase brought for what is now given back, at the rate they were accrued at (hotspot 24).</summary>
    public static Won ClawBackDue(Order order, Refund refund)
    {
        if (!refund.TakesUnits())
        {
            return Won.Zero;
        }

        var retained = order.Charged - order.CardTakenOff - RefundPricing.Of(order, refund).Card;
        return order.AccruedLeft - Won.Max(Won.Zero, retained).AtRate(order.AccrualRate);
    }

    /// <summary>The final amount: priced by the ledger as it stands, less what could not be clawed back.</summary>
    public static (RefundAmount Amount, IReadOnlyList<UnitShare> Shares) Final(Order order, Refund refund)
    {
        var priced = RefundPricing.Of(order, refund);
        var missing = Won.Max(Won.Zero, refund.ClawBackDue - order.ClawedBackBy(refund.RefundId));
        var withheld = Won.Min(missing, priced.Size());
        var offCard = Won.Min(withheld, priced.Card);
        var amount = priced with { Card = priced.Card - offCard, Points = priced.Points - (withheld - offCard), Withheld = withheld };
        return (amount, refund.TakesUnits() ? order.UnitSharesOf(refund) : []);
    }

    /// <summary>What the payment team's answer says of a refund, and of others' refunds of the same payment.</summary>
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
        /// <summary>Points that were taken back, or written off, for a refund.</summary>
        private Won ClawedBackBy(string refundId) => order.Ledger
            .Where(entry => (entry.Kind == LedgerKind.ClawedBack && entry.Cause == refundId) || (entry.Kind == LedgerKind.WrittenOff && entry.Cause == "claw-back/" + refundId))
            .Aggregate(Won.Zero, (sum, entry) => sum + (entry.Points ?? Won.Zero));
    }
}
