using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>Entries of one kind, added up: by the database for a statement, or a single one.</summary>
public sealed record EntrySums(SettlementEntryKind Kind, long Lines, Won Sales, Won SellerDiscount, Won PlatformDiscount, Won Commission)
{
    public static EntrySums Of(SettlementEntry entry) =>
        new(entry.Kind, 1, entry.Sales, entry.SellerDiscount, entry.PlatformDiscount, entry.Commission);
}

/// <summary>
/// The arithmetic of a statement (domain §4): <c>amount = sales − sellerDiscount − refunds − commission</c>. Sales and discounts are those of the sale
/// entries, <see cref="Refunds"/> is the refunded part after the seller's discount, and the commission is net of the refunded commission.
/// </summary>
public sealed record StatementAmounts(Won Sales, Won SellerDiscount, Won PlatformDiscount, Won Refunds, Won Commission)
{
    public static StatementAmounts Nothing { get; } = new(Won.Zero, Won.Zero, Won.Zero, Won.Zero, Won.Zero);

    /// <summary>What the seller receives; negative if refunds exceed sales (hotspot 21).</summary>
    public Won Amount => Sales - SellerDiscount - Refunds - Commission;

    public static StatementAmounts Of(IEnumerable<EntrySums> sums) => sums.Aggregate(Nothing, (amounts, part) => amounts.With(part));

    /// <summary>The sum of statements, or of parts of one.</summary>
    public StatementAmounts Plus(StatementAmounts other) => new(
        Sales + other.Sales,
        SellerDiscount + other.SellerDiscount,
        PlatformDiscount + other.PlatformDiscount,
        Refunds + other.Refunds,
        Commission + other.Commission);

    private StatementAmounts With(EntrySums part) => part.Kind == SettlementEntryKind.Sale
        ? Plus(new StatementAmounts(part.Sales, part.SellerDiscount, part.PlatformDiscount, Won.Zero, part.Commission))
        : Plus(Nothing with { Refunds = part.SellerDiscount - part.Sales, Commission = part.Commission });
}
