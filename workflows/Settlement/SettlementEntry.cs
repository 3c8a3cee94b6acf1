using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>The kind of an entry.</summary>
public enum SettlementEntryKind
{
    /// <summary>A line that a customer retains (구매 확정 기준 정산).</summary>
    Sale,

    /// <summary>Units of such a line that were returned later (환불 건 정산 차감): every amount is negative.</summary>
    Refund,
}

/// <summary>
/// A line of an order for its seller; written once by <paramref name="EntryId"/>, with the order's own record. A refund's quantity and amounts are
/// negative, so totals are plain sums of entries.
/// </summary>
/// <param name="Sales">Units at their price, before coupon and tier.</param>
/// <param name="SellerDiscount">The seller's share of the discount (hotspot 23); <paramref name="PlatformDiscount"/> is the rest, shown to the seller for information.</param>
/// <param name="Commission">수수료: of <see cref="CommissionBasis"/>, rounded down to the won per line.</param>
/// <param name="At">When the order completed or the refund did: it decides the business day.</param>
public sealed record SettlementEntry(
    string EntryId,
    string OrderId,
    SettlementEntryKind Kind,
    string ProductId,
    string SellerId,
    string CategoryId,
    int Quantity,
    Won Sales,
    Won SellerDiscount,
    Won PlatformDiscount,
    decimal CommissionRate,
    Won Commission,
    DateTimeOffset At)
{
    /// <summary>The line's amount after the seller's discount; the seller does not bear points and the platform's discounts (hotspot 22).</summary>
    public Won CommissionBasis => Sales - SellerDiscount;

    /// <summary>What the seller receives for it.</summary>
    public Won Net => CommissionBasis - Commission;
}
