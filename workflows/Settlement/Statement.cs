using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>Whether a statement was paid.</summary>
public enum StatementStatus
{
    /// <summary>Waits for a payout, or for the end of the one it is in.</summary>
    Open,

    /// <summary>Its payout completed.</summary>
    Paid,
}

/// <summary>정산 내역: a seller's day, written once.</summary>
/// <param name="LineCount">The number of its entries.</param>
/// <param name="PayoutId">The payout it is in, unless that failed.</param>
public sealed record Statement(
    string StatementId,
    string SellerId,
    DateOnly Day,
    Won Sales,
    Won SellerDiscount,
    Won PlatformDiscount,
    Won Refunds,
    Won Commission,
    Won Amount,
    StatementStatus Status,
    string? PayoutId,
    long LineCount)
{
    public static string IdOf(DateOnly day, string sellerId) => $"st-{BusinessDay.Text(day)}-{sellerId}";
}

/// <summary>The status of a payout.</summary>
public enum PayoutStatus
{
    Requested,
    Completed,
    Failed,
}

/// <summary>정산금 지급: the sum of a seller's open statements.</summary>
/// <param name="Commission">수수료 of its statements: the base of the tax invoice.</param>
/// <param name="CompletedAt">When the bank paid.</param>
public sealed record Payout(
    string PayoutId,
    string SellerId,
    Won Amount,
    Won Commission,
    IReadOnlyList<string> StatementIds,
    PayoutStatus Status,
    string? FailureReason,
    DateTimeOffset RequestedAt,
    DateTimeOffset? CompletedAt)
{
    /// <summary>One payout per seller and run.</summary>
    public static string IdOf(string runId, string sellerId) => $"po-{runId}-{sellerId}";
}

/// <summary>Which tax invoice a payout has (hotspot 21).</summary>
public enum TaxInvoiceKind
{
    /// <summary>세금계산서: for a commission above zero.</summary>
    Original,

    /// <summary>수정세금계산서: for one below zero.</summary>
    Amended,
}

/// <summary>The tax invoice of a payout is for its commission.</summary>
public static class TaxInvoices
{
    /// <summary>The kind of invoice for a commission; <c>null</c>: none.</summary>
    public static TaxInvoiceKind? KindOf(Won commission) =>
        commission > Won.Zero ? TaxInvoiceKind.Original : commission < Won.Zero ? TaxInvoiceKind.Amended : null;
}
