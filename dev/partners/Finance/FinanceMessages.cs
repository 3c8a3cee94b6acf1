using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Finance;

/// <summary>Body of <c>POST /payouts</c>.</summary>
public sealed record PayoutRequest(string PayoutId, string SellerId, long Amount, IReadOnlyList<string> StatementIds);

/// <summary>A payout as the books show it.</summary>
/// <param name="PaidAmount">Won reported as paid, where it differs from the requested amount.</param>
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
    /// <summary>Every outcome so far, oldest first. There are several where a later outcome contradicted an earlier one.</summary>
    public IReadOnlyList<PayoutOutcome> Outcomes { get; init; } = [];
}

/// <summary>An outcome of a payout.</summary>
/// <param name="Amount">Won paid; absent for a failure.</param>
/// <param name="Reason">Why it failed; absent for a payment.</param>
/// <param name="IsPublished">False if no event was published.</param>
public sealed record PayoutOutcome(PayoutState Status, long? Amount, string? Reason, DateTimeOffset At, bool IsPublished);

/// <summary>Body of <c>POST /console/payouts/{payoutId}/outcomes</c>: an outcome set by hand, which may contradict an earlier one.</summary>
/// <param name="Status"><c>completed</c> or <c>failed</c>.</param>
/// <param name="Amount">Won paid; absent: the requested amount.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="Webhook">False: the event is not published.</param>
public sealed record PayoutOutcomeRequest(PayoutState Status, long? Amount = null, string? Reason = null, bool Webhook = true);

/// <summary>The kind of a tax invoice (세금계산서): original for a commission above zero, amended (수정세금계산서) for one below zero.</summary>
public enum TaxInvoiceKind
{
    /// <summary>세금계산서.</summary>
    Original,

    /// <summary>수정세금계산서.</summary>
    Amended,
}

/// <summary>Body of <c>POST /tax-invoices</c>.</summary>
/// <param name="Commission">The commission, won: above zero <c>original</c>, below zero <c>amended</c>; for zero there is no invoice.</param>
/// <param name="Kind">Absent: derived from the sign of the commission.</param>
public sealed record TaxInvoiceRequest(string PayoutId, string SellerId, long Commission, TaxInvoiceKind? Kind = null);

/// <summary>A tax invoice as the books show it.</summary>
public sealed record TaxInvoiceInfo(
    string InvoiceId, string PayoutId, string SellerId, long Commission, DateTimeOffset IssuedAt, TaxInvoiceKind Kind = TaxInvoiceKind.Original);
