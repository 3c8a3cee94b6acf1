using OrderOrchestration.Workflows.Money;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>Activities of settlement at its own store. Every activity is one transaction of bounded size; a repeat does the remaining part.</summary>
public interface ISettlementSteps
{
    /// <summary>The first day after <see cref="FindDay.After"/> that was not settled yet; <c>null</c> if none is left.</summary>
    [Activity]
    Task<DateOnly?> FindDayToSettleAsync(FindDay step);

    /// <summary>Assigns a page of open entries to the day; the page that finds none left closes it (마감).</summary>
    [Activity]
    Task<ClosedPage> CloseDayAsync(CloseDay step);

    /// <summary>수수료 계산, 정산금 확정, 정산 내역 생성 for the next sellers of a closed day.</summary>
    [Activity]
    Task<StatedPage> CreateStatementsAsync(CreateStatements step);

    /// <summary>일별 정산 완료: the summary, and the operators' report.</summary>
    [Activity]
    Task<SettledDay> CompleteDayAsync(DateOnly day);

    /// <summary>정산금 지급 요청: creates payouts for the open statements of the next sellers whose sum is above zero, and returns them.</summary>
    [Activity]
    Task<PayoutPage> OpenPayoutsAsync(OpenPayouts step);

    /// <summary>
    /// Payouts of earlier runs that have not ended, after one by its id: normally in progress, otherwise abandoned because their workflow was ended in
    /// Temporal.
    /// </summary>
    [Activity]
    Task<PayoutPage> FindPayoutsUnderWayAsync(FindPayouts step);

    /// <summary>Compares the finance team's report of a payout with the request and with its earlier reports, and writes the result.</summary>
    [Activity]
    Task<PayoutVerdict> EndPayoutAsync(PayoutOutcome outcome);

    /// <summary>정산 오류: publishes it and notifies the operators.</summary>
    [Activity]
    Task ReportFailureAsync(SettlementFailure failure);

    /// <summary>An operator has resolved the failure.</summary>
    [Activity]
    Task ResolveFailureAsync(string subject);
}

/// <summary>Activities of settlement at the finance team (재무팀).</summary>
public interface IFinanceSteps
{
    /// <summary>정산금 지급 요청; its outcome is published as an event.</summary>
    [Activity]
    Task RequestPayoutAsync(string payoutId);

    /// <summary>
    /// 세금계산서: requests the invoice of a completed payout; an amended one (수정세금계산서) for a commission below zero, and none for a commission of zero.
    /// </summary>
    [Activity]
    Task RequestTaxInvoiceAsync(string payoutId);

    /// <summary>An operator ended an invoice request that the finance team permanently refuses: the payout has no invoice.</summary>
    [Activity]
    Task AbandonTaxInvoiceAsync(string payoutId);
}

/// <summary>Looks for days between <paramref name="After"/> (or the last one settled) and <paramref name="UpTo"/>, both business days.</summary>
public sealed record FindDay(DateOnly? After, DateOnly UpTo);

/// <summary>Takes at most <paramref name="Lines"/> open entries after a position.</summary>
public sealed record CloseDay(DateOnly Day, long After, int Lines);

/// <summary>The progress of a page; <paramref name="Closed"/>: nothing more is added to the day.</summary>
public sealed record ClosedPage(long UpTo, long Lines, bool Closed);

/// <summary>Creates the statements of at most <paramref name="Sellers"/> sellers after one.</summary>
public sealed record CreateStatements(DateOnly Day, string? After, int Sellers);

/// <summary>The progress of a page; <c>null</c>: every seller of the day has its statement.</summary>
public sealed record StatedPage(string? UpTo);

/// <summary>일별 정산: a settled day in sums.</summary>
public sealed record SettledDay(DateOnly Day, long Count, long Statements, StatementAmounts Amounts);

/// <summary>Pays at most <paramref name="Sellers"/> sellers after one.</summary>
public sealed record OpenPayouts(string RunId, string? After, int Sellers);

/// <summary>Looks for at most <paramref name="Limit"/> payouts of other runs than <paramref name="RunId"/>.</summary>
public sealed record FindPayouts(string RunId, string? After, int Limit);

/// <summary>Payouts of a run in the order of their sellers; none: the run has requested all.</summary>
public sealed record PayoutPage(IReadOnlyList<OpenedPayout> Payouts);

/// <summary>A payout to request.</summary>
/// <param name="HasEnded">It ended before: only later reports of the finance team are to be handled.</param>
public sealed record OpenedPayout(string PayoutId, string SellerId, Won Amount, bool HasEnded = false);

/// <summary>The finance team's report of how a payout ended; <paramref name="FailureReason"/> is set if the bank refused it.</summary>
/// <param name="EventId">The finance team's event.</param>
/// <param name="Amount">Won paid according to the event; absent if the event has no amount.</param>
/// <param name="IsAccepted">An operator accepted the report as it is.</param>
public sealed record PayoutOutcome(
    string PayoutId, DateTimeOffset At, string? FailureReason, string EventId, Won? Amount = null, bool IsAccepted = false);

/// <summary>The meaning of a finance team's report of a payout.</summary>
public enum PayoutVerdict
{
    /// <summary>The payout ended as reported.</summary>
    Ended,

    /// <summary>The same outcome was reported before.</summary>
    Repeated,

    /// <summary>지급 반려: it had completed and the bank returned the money. Its statements are open again.</summary>
    Reversed,

    /// <summary>It had failed and was paid after all, before its statements were paid again: they are paid.</summary>
    PaidAfterAll,

    /// <summary>It had failed and was paid after all, although its statements were paid again: it needs an intervention.</summary>
    PaidTwice,

    /// <summary>The reported amount differs from the requested one: it is not accepted and needs an intervention.</summary>
    AmountDiffers,
}

/// <summary>A step of settlement that waits for an operator.</summary>
/// <param name="Subject">The day or the payout.</param>
/// <param name="FailureId">Distinguishes this intervention from others of the subject.</param>
/// <param name="Actions">What an operator may choose.</param>
public sealed record SettlementFailure(
    string Subject, string FailureId, DateTimeOffset At, string Step, string Error, DateOnly? Day = null, string? SellerId = null, string? PayoutId = null,
    IReadOnlyList<string>? Actions = null);
