using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Settlement;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Settlement;

/// <summary>An order through completion and refunds, as its workflow applies them.</summary>
internal sealed class CompletedOrder(Order order)
{
    public static DateTimeOffset Noon { get; } = new(2026, 1, 15, 12, 0, 0, TimeSpan.FromHours(9));

    public Order Order { get; private set; } = order;

    public static CompletedOrder Of(params QuotedLine[] lines) =>
        new(Order.New(Request([.. lines.Select(line => Line(line.ProductId, line.Quantity))]), Policies, facts: null, Noon.AddDays(-1)) with
        {
            Quote = new OrderQuote(lines, new OrderAmounts(default, default, default, default, default, default), default, default),
        });

    public static QuotedLine QuotedOf(
        string productId, int quantity, long unitPrice, long coupon = 0, long tier = 0, long points = 0, string category = "fashion", string seller = "s-1") =>
        new(productId, seller, category, productId, quantity, PreOrder: false, Won(unitPrice), Won(coupon), Won(tier),
            Won((unitPrice * quantity) - coupon - tier - points), Won(points));

    public CompletedOrder With(Func<Order, Order> change)
    {
        Order = change(Order);
        return this;
    }

    public IReadOnlyList<SettlementEntry> Complete(DateTimeOffset? at = null)
    {
        Order = Order.Apply(new OrderCompleted(at ?? Noon, "customer"));
        return SettlementEntries.OfCompletion(Order);
    }

    /// <summary>The part of its coupon that the sellers pay (hotspot 23).</summary>
    public CompletedOrder BearingOfCoupons(decimal sellerShare) => With(order => order with
    {
        Facts = Facts() with { Coupon = CouponOf(won: 0) with { SellerShare = sellerShare } },
    });

    /// <summary>A refund that completes, with its entries, as the workflow applies both; at noon, or an hour earlier before the order's completion.</summary>
    public IReadOnlyList<SettlementEntry> Refund(string refundId, string productId, int units, DateTimeOffset? at = null)
    {
        var moment = at ?? (Order.IsCompleted ? Noon : Noon.AddHours(-1));
        if (Order.FindRefund(refundId) is null)
        {
            Order = Order
                .Apply(new RefundRequested(moment, new Refund(refundId, RefundKind.Return, RefundReasons.Defective, [new(productId, units)], moment)))
                .Apply(new RefundMoneyRequested(moment, refundId, RefundAmount.None, [], Attempt: null))
                .Apply(new RefundCompleted(moment, refundId));
        }

        return SettlementEntries.OfRefund(Order, Order.FindRefund(refundId)!, moment);
    }
}
