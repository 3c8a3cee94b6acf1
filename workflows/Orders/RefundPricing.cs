using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>
/// Prices refunds (hotspots 14, 15, 15a, 15b, 19). For the seller's fault: the units' whole share, plus the shipping fee with the last units if the
/// whole order is refunded for the seller's fault. For the customer's own choice: cost before − cost after − return fee. The cost of units is what they
/// cost if bought alone with their shipping fee. <em>Before</em> are the units that no earlier refund of that kind covers; units refunded for the
/// seller's fault count as retained in both. The sum of all refunds, fees and withheld won of an order never exceeds what was paid for it.
/// </summary>
public static class RefundPricing
{
    /// <summary>Prices a refund by the current state of the order; called again when the money is requested.</summary>
    /// <param name="refund">May be in the order already; then it does not count as an earlier one.</param>
    public static RefundAmount Of(Order order, Refund refund)
    {
        var keepsNothing = order.KeepsNothing(refund);
        return refund.Kind switch
        {
            RefundKind.LatePayment => RefundAmount.None with { Card = order.ChargedBy(refund.Attempt!.Value) },
            RefundKind.Cancellation => new RefundAmount(order.CardLeft, order.PointsLeft, Won.Zero, Won.Zero, order.Quote!.Amounts.ShippingFee, KeepsNothing: true),
            _ when refund.IsSellersFault() => WholeShare(order, refund, keepsNothing),
            _ => Difference(order, refund, keepsNothing),
        };
    }

    private static RefundAmount WholeShare(Order order, Refund refund, bool keepsNothing)
    {
        var shares = order.SharesOf(refund);
        var quote = order.Quote!;
        var withShipping = order.ReturnsShipping(refund);
        var shipping = withShipping ? quote.ShippingCard + quote.ShippingPoints : Won.Zero;
        var wanted = new RefundAmount(
            shares.Card + (withShipping ? quote.ShippingCard : Won.Zero),
            shares.Points + (withShipping ? quote.ShippingPoints : Won.Zero),
            Won.Zero,
            Won.Zero,
            shipping,
            keepsNothing);
        return Fit(order, wanted, order.PaidAndNotReturned);
    }

    private static RefundAmount Difference(Order order, Refund refund, bool keepsNothing)
    {
        var before = order.UnitsBefore(refund);
        var after = Without(before, refund.Units);

        // If the customer retains nothing, the remaining cost is the shipping fee that was charged, plus what refunds for the seller's fault gave back.
        var costAfter = keepsNothing ? order.Quote!.Amounts.ShippingFee + order.SellersPart(refund) : CostAlone(order, after);
        var worth = Won.Max(Won.Zero, Won.Min(CostAlone(order, before) - costAfter, order.PaidAndNotReturned));

        // The return fee is at most the amount to refund.
        var fee = refund.Kind == RefundKind.Return ? Won.Min(order.Policies.ReturnFee, worth) : Won.Zero;
        var amount = worth - fee;
        var shares = order.SharesOf(refund);
        var split = Shares.ByLargestRemainder(amount, [shares.Card, shares.Points]);
        return Fit(order, new RefundAmount(split[0], split[1], fee, Won.Zero, Won.Zero, keepsNothing), amount);
    }

    /// <summary>
    /// What units cost if bought alone, their shipping fee included; a coupon whose condition they do not meet is not used. Without units: the shipping
    /// fee that was charged.
    /// </summary>
    public static Won CostAlone(Order order, IReadOnlyList<LineQuantity> units)
    {
        if (units.Count == 0)
        {
            return order.Quote!.Amounts.ShippingFee;
        }

        var facts = order.Facts!;
        if (facts.Coupon is { MinOrderAmount: { } minimum } && OrderPricing.Items(units, facts.Products) < minimum)
        {
            facts = facts with { Coupon = null };
        }

        return OrderPricing.Quote(units, facts, Won.Zero, order.Policies).Amounts.Payable;
    }

    /// <summary>Limits card and points to what is left of each; the excess of one goes to the other.</summary>
    private static RefundAmount Fit(Order order, RefundAmount amount, Won most)
    {
        var total = Won.Max(Won.Zero, Won.Min(Won.Min(amount.Size(), most), order.CardLeft + order.PointsLeft));
        var card = Won.Min(total - Won.Min(amount.Points, Won.Min(order.PointsLeft, total)), order.CardLeft);
        return amount with { Card = card, Points = total - card };
    }

    private static IReadOnlyList<LineQuantity> Without(IReadOnlyList<LineQuantity> units, IReadOnlyList<LineQuantity> taken) =>
    [
        .. units
            .Select(unit => unit with { Quantity = unit.Quantity - taken.Where(part => part.ProductId == unit.ProductId).Sum(part => part.Quantity) })
            .Where(unit => unit.Quantity > 0),
    ];

    extension(Order order)
    {
        /// <summary>What was paid, minus refunds, fees and withheld won.</summary>
        private Won PaidAndNotReturned => order.Charged + order.PointsUsed - order.CardAsked - order.PointsAsked - order.FeesKept - order.WithheldInAll;

        /// <summary>The units that no earlier refund of the customer's own choice covers. Rejected and later refunds do not count.</summary>
        private IReadOnlyList<LineQuantity> UnitsBefore(Refund refund)
        {
            var earlier = order.EarlierByCustomer(refund).ToList();
            return
            [
                .. order.Quote!.Lines
                    .Select(line => new LineQuantity(line.ProductId, line.Quantity - Units(earlier, line.ProductId)))
                    .Where(line => line.Quantity > 0),
            ];
        }

        /// <summary>
        /// The customer retains nothing: every unit is in this refund, in an earlier refund of the customer's own choice, or in a refund for the
        /// seller's fault whose money was requested. Later refunds do not count because they are priced after this one, and waiting ones because they
        /// may still be rejected.
        /// </summary>
        private bool KeepsNothing(Refund refund)
        {
            var gone = order.EarlierByCustomer(refund).Concat(order.ForSellersFault(refund)).Append(refund).ToList();
            return order.Quote!.Lines.All(line => Units(gone, line.ProductId) >= line.Quantity);
        }

        private IEnumerable<Refund> EarlierByCustomer(Refund refund) => order.Refunds
            .TakeWhile(known => known.RefundId != refund.RefundId)
            .Where(known => known.TakesUnits() && known.IsActive() && !known.IsSellersFault());

        private IEnumerable<Refund> ForSellersFault(Refund refund) => order.Refunds.Where(known =>
            known.TakesUnits() && known.IsActive() && known.IsSellersFault() && known.RefundId != refund.RefundId && known.Money != MoneyStage.None);

        /// <summary>
        /// The shipping fee is refunded with the last units if the whole order is refunded for the seller's fault. Only refunds whose money was
        /// requested count, because a waiting one may still be rejected.
        /// </summary>
        private bool ReturnsShipping(Refund refund)
        {
            var certain = order.Refunds
                .Where(known => known.TakesUnits() && known.IsActive() && known.RefundId != refund.RefundId && known.Money != MoneyStage.None)
                .Append(refund)
                .ToList();
            return certain.TrueForAll(known => known.IsSellersFault()) && order.Quote!.Lines.All(line => Units(certain, line.ProductId) >= line.Quantity)
                && !order.Ledger.Exists(entry => entry.Kind == LedgerKind.ShippingReturned);
        }

        /// <summary>What refunds for the seller's fault gave back, without the shipping fee.</summary>
        private Won SellersPart(Refund refund) => order.ForSellersFault(refund)
            .Aggregate(Won.Zero, (sum, known) => sum + known.Amount.Size() + known.Amount.Withheld - known.Amount.Shipping);

        private (Won Card, Won Points) SharesOf(Refund refund) => order.UnitSharesOf(refund)
            .Aggregate((Card: Won.Zero, Points: Won.Zero), (sum, unit) => (sum.Card + unit.Card, sum.Points + unit.Points));

        /// <summary>
        /// The share of card and points that a refund's units were paid with (hotspot 14). Only requested shares count as refunded, so refunding all
        /// units of a line, in any steps and order, refunds exactly the line's shares.
        /// </summary>
        public IReadOnlyList<UnitShare> UnitSharesOf(Refund refund) =>
        [
            .. refund.Units.Select(unit =>
            {
                var line = order.Quote!.Lines.Single(line => line.ProductId == unit.ProductId);
                var taken = order.Refunds
                    .Where(known => known.RefundId != refund.RefundId && known.IsActive())
                    .SelectMany(known => known.Shares)
                    .Where(share => share.ProductId == unit.ProductId)
                    .ToList();
                var left = line.Quantity - taken.Sum(share => share.Quantity);
                return new UnitShare(
                    unit.ProductId,
                    unit.Quantity,
                    Shares.OfUnits(line.CardShare - taken.Aggregate(Won.Zero, (sum, share) => sum + share.Card), 0, unit.Quantity, left),
                    Shares.OfUnits(line.PointsShare - taken.Aggregate(Won.Zero, (sum, share) => sum + share.Points), 0, unit.Quantity, left));
            }),
        ];
    }

    private static int Units(IReadOnlyList<Refund> refunds, string productId) =>
        refunds.SelectMany(refund => refund.Units).Where(unit => unit.ProductId == productId).Sum(unit => unit.Quantity);
}
