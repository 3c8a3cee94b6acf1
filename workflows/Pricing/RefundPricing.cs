using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.State;

namespace OrderOrchestration.Workflows.Pricing;

/// <summary>
/// What a refund gives back (hotspots 14, 15, 19). The seller's fault: the units' whole share, and the shipping fee once all of the order went
/// back for the seller's fault. The customer's wish: what was paid minus what the kept lines cost if bought alone, minus the return fee.
/// </summary>
public static class RefundPricing
{
    /// <summary>Prices a refund of <paramref name="lines"/>, of which the order has at least as many units left.</summary>
    public static RefundAmount Of(OrderState order, IReadOnlyList<LineQuantity> lines, string reason)
    {
        var parts = lines.Select(order.ShareOf).ToList();
        var kept = Kept(order, lines);
        var amount = RefundReasons.IsSellersFault(reason) ? WholeShare(order, parts, kept.Count == 0) : WhatIsNotKept(order, parts, kept);
        return Fit(order, amount);
    }

    private static RefundAmount WholeShare(OrderState order, List<RefundLine> parts, bool keepsNothing)
    {
        var withShipping = keepsNothing && order.Refunds.TrueForAll(refund => !refund.Stands || RefundReasons.IsSellersFault(refund.Reason));
        var quote = order.Quote!;
        return new RefundAmount(
            parts,
            Sum(parts, part => part.Card) + (withShipping ? quote.ShippingCard : Won.Zero),
            Sum(parts, part => part.Points) + (withShipping ? quote.ShippingPoints : Won.Zero),
            Won.Zero,
            keepsNothing);
    }

    private static RefundAmount WhatIsNotKept(OrderState order, List<RefundLine> parts, List<LineQuantity> kept)
    {
        var cost = kept.Count == 0 ? order.Quote!.Amounts.ShippingFee : PriceAlone(order, kept);
        var fee = order.Policies.ReturnFee;
        var amount = Won.Max(Won.Zero, order.CardLeft + order.PointsLeft - cost - fee);
        var shares = Shares.ByLargestRemainder(amount, [Sum(parts, part => part.Card), Sum(parts, part => part.Points)]);
        return new RefundAmount(parts, shares[0], shares[1], fee, kept.Count == 0);
    }

    /// <summary>What lines would have cost if bought alone: a coupon whose condition they do not meet is not used.</summary>
    private static Won PriceAlone(OrderState order, List<LineQuantity> kept)
    {
        var facts = order.Facts!;
        if (facts.Coupon is { MinOrderAmount: { } minimum } && OrderPricing.Items(kept, facts.Products) < minimum)
        {
            facts = facts with { Coupon = null };
        }

        return OrderPricing.Quote(kept, facts, Won.Zero, order.Policies).Amounts.Payable;
    }

    /// <summary>Units that stay with the customer: those that are being exchanged stay too.</summary>
    private static List<LineQuantity> Kept(OrderState order, IReadOnlyList<LineQuantity> refunded) =>
    [
        .. order.Quote!.Lines
            .Select(line => new LineQuantity(
                line.ProductId,
                order.UnitsNotClaimed(line.ProductId) - refunded.Where(part => part.ProductId == line.ProductId).Sum(part => part.Quantity)))
            .Where(line => line.Quantity > 0),
    ];

    /// <summary>Neither card nor points get back more than is left of them; what one cannot take, the other does.</summary>
    private static RefundAmount Fit(OrderState order, RefundAmount amount)
    {
        var total = Won.Min(amount.Card + amount.Points, order.CardLeft + order.PointsLeft);
        var card = Won.Min(total - Won.Min(amount.Points, Won.Min(order.PointsLeft, total)), order.CardLeft);
        return amount with { Card = card, Points = total - card };
    }

    private static Won Sum(List<RefundLine> parts, Func<RefundLine, Won> share) => parts.Aggregate(Won.Zero, (sum, part) => sum + share(part));
}

/// <summary>A priced refund.</summary>
/// <param name="Lines">The units with their own shares, whatever of them is given back.</param>
/// <param name="KeepsNothing">Nothing of the order stays with the customer.</param>
public sealed record RefundAmount(IReadOnlyList<RefundLine> Lines, Won Card, Won Points, Won ReturnFee, bool KeepsNothing);
