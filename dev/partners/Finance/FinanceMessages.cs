using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Finance;

/// <summary>Body of <c>POST /payouts</c>.</summary>
public sealed record PayoutRequest(string PayoutId, string SellerId, long Amount, IReadOnlyList<string> StatementIds);

/// <summary>A payout as the books show it.</summary>
/// <param name="PaidAmount">Won that were said to be paid, where another amount than the one asked for.</param>
public sealed record PayoutInfo(
    string PayoutId,
    string SellerId,
    long Amount,
    IReadOnlyList<string> StatementIds,
    PayoutState Status,
    DateTimeOffset? PaidAt,
    string? FailureReason,
    long? PaidAmount = null)
{
    /// <summary>Every outcome so far, oldest first: more than one where the finance team changed its word.</summary>
    public IReadOnlyList<PayoutOutcome> Outcomes { get; init; } = [];
}

/// <summary>What the finance team said of a payout.</summary>
/// <param name="Amount">Won paid; absent for a failure.</param>
/// <param name="Reason">Why it failed; absent for a payment.</param>
/// <param name="IsPublished">False: its event was never sent.</param>
public sealed record PayoutOutcome(PayoutState Status, long? Amount, string? Reason, DateTimeOffset At, bool IsPublished);

/// <summary>Body of <c>POST /console/payouts/{payoutId}/outcomes</c>: an outcome by hand, also a second, different one.</summary>
/// <param name="Status"><c>completed</c> or <c>failed</c>.</param>
/// <param name="Amount">Won paid; absent: what was asked for.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="Webhook">False: the event is never published.</param>
public sealed record PayoutOutcomeRequest(PayoutState Status, long? Amount = null, string? Reason = null, bool Webhook = true);

/// <summary>Which tax invoice (세금계산서): for a commission above zero the original one, below zero the amended one (수정세금계산서).</summary>
public enum TaxInvoiceKind
{
    /// <summary>세금계산서.</summary>
    Original,

    /// <summary>수정세금계산서.</summary>
    Amended,
}

/// <summary>Body of <c>POST /tax-invoices</c>.</summary>
/// <param name="Commission">Won that the invoice is about: above zero <c>original</c>, below zero <c>amended</c>; for zero there is none.</param>
/// <param name="Kind">Absent: the one that the commission's sign asks for.</param>
public sealed record TaxInvoiceRequest(string PayoutId, string SellerId, long Commission, TaxInvoiceKind? Kind = null);

/// <summary>A tax invoice as the books show it.</summary>
public sealed record TaxInvoiceInfo(
    string InvoiceId, string PayoutId, string SellerId, long Commission, DateTimeOffset IssuedAt, TaxInvoiceKind Kind = TaxInvoiceKind.Original);
