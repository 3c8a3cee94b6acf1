using OrderOrchestration.Workflows.Money;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Settlement;

/// <summary>What settlement does on its own ground. Every step is one transaction of bounded size; taking it again does what is left of it.</summary>
public interface ISettlementSteps
{
    /// <summary>The first day after <see cref="FindDay.After"/> that was not settled yet; <c>null</c> where none is left.</summary>
    [Activity]
    Task<DateOnly?> FindDayToSettleAsync(FindDay step);

    /// <summary>Takes a page of open entries into the day; the page that finds none left closes it (마감).</summary>
    [Activity]
    Task<ClosedPage> CloseDayAsync(CloseDay step);

    /// <summary>수수료 계산, 정산금 확정, 정산 내역 생성 for the next sellers of a closed day.</summary>
    [Activity]
    Task<StatedPage> CreateStatementsAsync(CreateStatements step);

    /// <summary>일별 정산 완료: the summary, and the operators' report.</summary>
    [Activity]
    Task<SettledDay> CompleteDayAsync(DateOnly day);

    /// <summary>정산금 지급 요청: makes payouts of the open statements of the next sellers whose sum is above zero, and answers them.</summary>
    [Activity]
    Task<PayoutPage> OpenPayoutsAsync(OpenPayouts step);

    /// <summary>Payouts of earlier runs that have not ended, after one by its id: normally on their way, otherwise left by somebody who ended their workflow.</summary>
    [Activity]
    Task<PayoutPage> FindPayoutsUnderWayAsync(FindPayouts step);

    /// <summary>Judges what the finance team says of a payout, against what was asked for and what it said before, and writes what follows.</summary>
    [Activity]
    Task<PayoutVerdict> EndPayoutAsync(PayoutOutcome outcome);

    /// <summary>정산 오류: publishes it and notifies the operators.</summary>
    [Activity]
    Task ReportFailureAsync(SettlementFailure failure);

    /// <summary>An operator has resolved it.</summary>
    [Activity]
    Task ResolveFailureAsync(string subject);
}

/// <summary>What settlement asks of the finance team (재무팀).</summary>
public interface IFinanceSteps
{
    /// <summary>정산금 지급 요청; its outcome is published as an event.</summary>
    [Activity]
    Task RequestPayoutAsync(string payoutId);

    /// <summary>세금계산서: asks for the invoice of a completed payout; for a commission below zero an amended one (수정세금계산서), for none none.</summary>
    [Activity]
    Task RequestTaxInvoiceAsync(string payoutId);

    /// <summary>An operator ended what the finance team refuses for good: the payout has no invoice.</summary>
    [Activity]
    Task AbandonTaxInvoiceAsync(string payoutId);
}

/// <summary>Looks for days between <paramref name="After"/> (or the last one settled) and <paramref name="UpTo"/>, both days of business.</summary>
public sealed record FindDay(DateOnly? After, DateOnly UpTo);

/// <summary>Takes at most <paramref name="Lines"/> open entries after a position.</summary>
public sealed record CloseDay(DateOnly Day, long After, int Lines);

/// <summary>How far a page came; <paramref name="Closed"/>: nothing is added to the day any more.</summary>
public sealed record ClosedPage(long UpTo, long Lines, bool Closed);

/// <summary>Creates the statements of at most <paramref name="Sellers"/> sellers after one.</summary>
public sealed record CreateStatements(DateOnly Day, string? After, int Sellers);

/// <summary>How far a page came; <c>null</c>: every seller of the day has its statement.</summary>
public sealed record StatedPage(string? UpTo);

/// <summary>일별 정산: a settled day in sums.</summary>
public sealed record SettledDay(DateOnly Day, long Count, long Statements, StatementAmounts Amounts);

/// <summary>Pays at most <paramref name="Sellers"/> sellers after one.</summary>
public sealed record OpenPayouts(string RunId, string? After, int Sellers);

/// <summary>Looks for at most <paramref name="Limit"/> payouts of other runs than <paramref name="RunId"/>.</summary>
public sealed record FindPayouts(string RunId, string? After, int Limit);

/// <summary>Payouts of a run in the order of their sellers; none: the run has asked for all.</summary>
public sealed record PayoutPage(IReadOnlyList<OpenedPayout> Payouts);

/// <summary>A payout that is to be asked for.</summary>
/// <param name="HasEnded">It ended before: only what the finance team says of it since is to be judged.</param>
public sealed record OpenedPayout(string PayoutId, string SellerId, Won Amount, bool HasEnded = false);

/// <summary>How a payout ended by the finance team's word: <paramref name="FailureReason"/> is set where the bank refused it.</summary>
/// <param name="EventId">The finance team's event that told so.</param>
/// <param name="Amount">Won that it says were paid; absent where it says nothing of them.</param>
/// <param name="IsAccepted">An operator accepted the word as it is.</param>
public sealed record PayoutOutcome(
    string PayoutId, DateTimeOffset At, string? FailureReason, string EventId, Won? Amount = null, bool IsAccepted = false);

/// <summary>What a word of the finance team about a payout means.</summary>
public enum PayoutVerdict
{
    /// <summary>It is how the payout ended.</summary>
    Ended,

    /// <summary>It was said before.</summary>
    Repeated,

    /// <summary>지급 반려: it had completed and the money came back. Its statements are open again.</summary>
    Reversed,

    /// <summary>It had failed and was paid after all, before its statements were paid anew: they are paid.</summary>
    PaidAfterAll,

    /// <summary>It had failed and was paid after all, although its statements were paid anew: an operator's.</summary>
    PaidTwice,

    /// <summary>It names another amount than was asked for: it is not believed, an operator's.</summary>
    AmountDiffers,
}

/// <summary>A step of settlement that waits for an operator.</summary>
/// <param name="Subject">The day or the payout.</param>
/// <param name="FailureId">Tells this wait from others of the subject.</param>
/// <param name="Actions">What an operator may choose.</param>
public sealed record SettlementFailure(
    string Subject, string FailureId, DateTimeOffset At, string Step, string Error, DateOnly? Day = null, string? SellerId = null, string? PayoutId = null,
    IReadOnlyList<string>? Actions = null);
