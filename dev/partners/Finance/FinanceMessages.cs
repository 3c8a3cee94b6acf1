namespace OrderOrchestration.Partners.Finance;

/// <summary>Where a payout stands.</summary>
public enum PayoutState
{
    /// <summary>With the bank.</summary>
    Requested,

    /// <summary>Paid.</summary>
    Completed,

    /// <summary>The bank refused it.</summary>
    Failed,
}

/// <summary>Body of <c>POST /payouts</c>.</summary>
public sealed record PayoutRequest(string PayoutId, string SellerId, long Amount, IReadOnlyList<string> StatementIds);

/// <summary>A payout as the books show it.</summary>
public sealed record PayoutInfo(
    string PayoutId,
    string SellerId,
    long Amount,
    IReadOnlyList<string> StatementIds,
    PayoutState Status,
    DateTimeOffset? PaidAt,
    string? FailureReason);

/// <summary>Body of <c>POST /tax-invoices</c>.</summary>
/// <param name="Commission">Won that the invoice is about.</param>
public sealed record TaxInvoiceRequest(string PayoutId, string SellerId, long Commission);

/// <summary>A tax invoice as the books show it.</summary>
public sealed record TaxInvoiceInfo(string InvoiceId, string PayoutId, string SellerId, long Commission, DateTimeOffset IssuedAt);
