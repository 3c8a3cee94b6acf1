using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Settlement;
using OrderOrchestration.Workflows.State;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Settlement;

/// <summary>An order on its way through completion and refunds, as its workflow takes it.</summary>
internal sealed class CompletedOrder(OrderState state)
{
    public static DateTimeOffset Noon { get; } = new(2026, 1, 15, 12, 0, 0, TimeSpan.FromHours(9));

    public OrderState State { get; private set; } = state;

    public static CompletedOrder Of(params QuotedLine[] lines) => new(new OrderState
    {
        Request = Request([.. lines.Select(line => Line(line.ProductId, line.Quantity))]),
        Policies = Policies,
        CreatedAt = Noon,
        ShipTo = Request().ShipTo,
        Quote = new OrderQuote(lines, new OrderAmounts(default, default, default, default, default, default), default, default),
    });

    public static QuotedLine QuotedOf(
        string productId, int quantity, long unitPrice, long coupon = 0, long tier = 0, long points = 0, string category = "fashion", string seller = "s-1") =>
        new(productId, seller, category, productId, quantity, PreOrder: false, Won(unitPrice), Won(coupon), Won(tier),
            Won((unitPrice * quantity) - coupon - tier - points), Won(points));

    public CompletedOrder With(Func<OrderState, OrderState> change)
    {
        State = change(State);
        return this;
    }

    public IReadOnlyList<SettlementEntry> Complete(DateTimeOffset? at = null)
    {
        var entries = SettlementEntries.OfCompletion(State, at ?? Noon);
        State = State.Completed(at ?? Noon) with { Settled = State.Settled.AddRange(entries) };
        return entries;
    }

    /// <summary>Its coupon is borne by the sellers to this part (hotspot 23).</summary>
    public CompletedOrder BearingOfCoupons(decimal sellerShare) => With(order => order with
    {
        Facts = Facts() with { Coupon = CouponOf(won: 0) with { SellerShare = sellerShare } },
    });

    /// <summary>A refund that completes: with its entries, as the workflow takes both.</summary>
    public IReadOnlyList<SettlementEntry> Refund(string refundId, string productId, int units, DateTimeOffset? at = null)
    {
        LineQuantity[] lines = [new(productId, units)];
        var entries = SettlementEntries.OfRefund(State, lines, refundId, at ?? Noon);
        State = State with
        {
            Settled = State.Settled.AddRange(entries),
            Refunds = State.Refunds.Add(new Refund(
                refundId,
                "defective",
                [new RefundLine(productId, units, Won(0), Won(0))],
                Won(0),
                Won(0),
                ReturnRequired: false,
                IsWhole: false,
                RefundStatus.Completed,
                at ?? Noon)),
        };
        return entries;
    }
}
