using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>
/// What a refund gives back (hotspots 14, 15, 15a, 15b, 19). The seller's fault: the units' whole share, and the shipping fee with the last units where
/// all of the order went back through the seller. The customer's own choice: cost before − cost after − return fee, where the cost of units is what they cost
/// if bought alone with their shipping fee; <em>before</em> are the units that no earlier return of that kind took back, and units that went back through the seller
/// still count as retained in both. All refunds, fees and won withheld of an order together never exceed what was paid for it.
/// </summary>
public static class RefundPricing
{
    /// <summary>Prices a refund of the order as it stands now; asked again when its money is asked for.</summary>
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

        // Where the customer really keeps nothing, what stays is the shipping fee once charged; units that went back through the seller have their own refund.
        var costAfter = keepsNothing ? order.Quote!.Amounts.ShippingFee + order.SellersPart(refund) : CostAlone(order, after);
        var worth = Won.Max(Won.Zero, Won.Min(CostAlone(order, before) - costAfter, order.PaidAndNotReturned));

        // Nothing is kept that was not there to give back.
        var fee = refund.Kind == RefundKind.Return ? Won.Min(order.Policies.ReturnFee, worth) : Won.Zero;
        var amount = worth - fee;
        var shares = order.SharesOf(refund);
        var split = Shares.ByLargestRemainder(amount, [shares.Card, shares.Points]);
        return Fit(order, new RefundAmount(split[0], split[1], fee, Won.Zero, Won.Zero, keepsNothing), amount);
    }

    /// <summary>What units cost if bought alone, their shipping fee included; a coupon whose condition they do not meet is not used. No units: the fee once charged.</summary>
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

    /// <summary>Neither card nor points get back more than is left of them; what one cannot take, the other does.</summary>
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
        /// <summary>What was paid and is neither given back nor kept as a fee or withheld.</summary>
        private Won PaidAndNotReturned => order.Charged + order.PointsUsed - order.CardAsked - order.PointsAsked - order.FeesKept - order.WithheldInAll;

        /// <summary>The units that no earlier return of the customer's own choice took back: one counts while it stands, a later one does not.</summary>
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
        /// The customer really keeps nothing: what is not in this refund is in earlier returns of its own choice, or went back through the seller with its money asked for.
        /// A later return is priced after this one, and a refund that waits may still be rejected.
        /// </summary>
        private bool KeepsNothing(Refund refund)
        {
            var gone = order.EarlierByCustomer(refund).Concat(order.GoneThroughTheSeller(refund)).Append(refund).ToList();
            return order.Quote!.Lines.All(line => Units(gone, line.ProductId) >= line.Quantity);
        }

        private IEnumerable<Refund> EarlierByCustomer(Refund refund) => order.Refunds
            .TakeWhile(known => known.RefundId != refund.RefundId)
            .Where(known => known.TakesUnits() && known.Stands() && !known.IsSellersFault());

        private IEnumerable<Refund> GoneThroughTheSeller(Refund refund) => order.Refunds.Where(known =>
            known.TakesUnits() && known.Stands() && known.IsSellersFault() && known.RefundId != refund.RefundId && known.Money != MoneyStage.None);

        /// <summary>
        /// The shipping fee goes back with the last units where all of the order went back through the seller: only refunds whose money was asked for
        /// count, for one that waits may still be rejected.
        /// </summary>
        private bool ReturnsShipping(Refund refund)
        {
            var certain = order.Refunds
                .Where(known => known.TakesUnits() && known.Stands() && known.RefundId != refund.RefundId && known.Money != MoneyStage.None)
                .Append(refund)
                .ToList();
            return certain.TrueForAll(known => known.IsSellersFault()) && order.Quote!.Lines.All(line => Units(certain, line.ProductId) >= line.Quantity)
                && !order.Ledger.Exists(entry => entry.Kind == LedgerKind.ShippingReturned);
        }

        /// <summary>What refunds through the seller's fault gave back.</summary>
        private Won SellersPart(Refund refund) => order.GoneThroughTheSeller(refund)
            .Aggregate(Won.Zero, (sum, known) => sum + known.Amount.Size() + known.Amount.Withheld - known.Amount.Shipping);

        private (Won Card, Won Points) SharesOf(Refund refund) => order.UnitSharesOf(refund)
            .Aggregate((Card: Won.Zero, Points: Won.Zero), (sum, unit) => (sum.Card + unit.Card, sum.Points + unit.Points));

        /// <summary>
        /// The share of card and points that a refund's units were paid with (hotspot 14). Only shares that were asked for count as taken, so taking all
        /// units of a line, in whatever steps and order, takes exactly the line's shares.
        /// </summary>
        public IReadOnlyList<UnitShare> UnitSharesOf(Refund refund) =>
        [
            .. refund.Units.Select(unit =>
            {
                var line = order.Quote!.Lines.Single(line => line.ProductId == unit.ProductId);
                var taken = order.Refunds
                    .Where(known => known.RefundId != refund.RefundId && known.Stands())
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
