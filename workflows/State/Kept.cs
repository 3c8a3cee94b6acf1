using System.Collections.Immutable;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Workflows.State;

/// <summary>What the customer keeps of an order, and what of its price.</summary>
public sealed partial record OrderState
{
    /// <summary>The fraction of the coupon's discount that sellers bear (hotspot 23).</summary>
    public decimal CouponSellerShare => Facts?.Coupon?.SellerShare ?? 0m;

    /// <summary>What was settled with the sellers: the sale at completion, and what came back of it since.</summary>
    public ImmutableList<SettlementEntry> Settled { get; init; } = [];

    /// <summary>Paid by card and not refunded.</summary>
    public Won CardKept => Payments.Where(attempt => attempt.Status == PaymentStatus.Approved).Aggregate(Won.Zero, (sum, attempt) => sum + attempt.Amount - attempt.Refunded);

    /// <summary>Paid with points and not given back.</summary>
    public Won PointsKept => (Points == Hold.Taken ? Request.Points : Won.Zero)
        - Refunds.Where(refund => refund.Status == RefundStatus.Completed).Aggregate(Won.Zero, (sum, refund) => sum + refund.Points);

    /// <summary>Units that were not given back.</summary>
    public IReadOnlyList<LineQuantity> LinesKept =>
    [
        .. Quote!.Lines
            .Select(line => new LineQuantity(line.ProductId, line.Quantity - RefundedQuantity(line.ProductId)))
            .Where(line => line.Quantity > 0),
    ];

    /// <summary>What was paid for the products that are kept, card and points together.</summary>
    public Won ProductsKept => Quote!.Lines.Aggregate(Won.Zero, (sum, line) =>
    {
        var refunded = RefundedQuantity(line.ProductId);
        return sum + Shares.OfUnits(line.Paid, refunded, line.Quantity - refunded, line.Quantity);
    });

    /// <summary>What undoing the order now gives back: everything that no refund has given back.</summary>
    public CompensationView WhatCompensationGivesBack => new(
        CardLeft,
        Points is Hold.None or Hold.GivenBack ? Won.Zero : Request.Points - Promised(refund => refund.Points),
        Quote is null || Stock is Hold.None or Hold.GivenBack
            ? []
            : [.. LinesLeft.Where(line => StockLines.Any(stocked => stocked.ProductId == line.ProductId))],
        Coupon is Hold.None or Hold.GivenBack ? null : Request.CouponCode);
}
