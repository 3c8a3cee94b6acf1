using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Api.Settlement;

/// <summary>The status of a day's settlement.</summary>
public enum DayStatus
{
    Running,
    Completed,
}

/// <summary>The totals of all statements, over all pages, column by column.</summary>
public sealed record TotalsView(
    long Statements, long Lines, Won Sales, Won SellerDiscount, Won PlatformDiscount, Won Refunds, Won Commission, Won Amount)
{
    internal static TotalsView Of(StatementTotals totals) => new(
        totals.Statements,
        totals.Lines,
        totals.Amounts.Sales,
        totals.Amounts.SellerDiscount,
        totals.Amounts.PlatformDiscount,
        totals.Amounts.Refunds,
        totals.Amounts.Commission,
        totals.Amounts.Amount);
}

/// <summary>A day of settlement: its sums, and its statements by seller.</summary>
/// <param name="ClosedAt">마감: no entries are added to the day after this time.</param>
/// <param name="Attention">The step that waits for an operator.</param>
public sealed record DayView(
    DateOnly Day,
    DayStatus Status,
    DateTimeOffset? ClosedAt,
    DateTimeOffset? CompletedAt,
    TotalsView Totals,
    AttentionView? Attention,
    IReadOnlyList<StatementView> Statements,
    string? NextCursor);

/// <summary>
/// A statement (domain §4): <c>amount = sales − sellerDiscount − refunds − commission</c>. <paramref name="Lines"/> contains at most the first hundred of
/// <paramref name="LineCount"/> lines. The statement's own endpoint returns the lines after <paramref name="NextLine"/>, and all lines as CSV.
/// </summary>
public sealed record StatementView(
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
    long LineCount,
    IReadOnlyList<SettlementEntry> Lines,
    long? NextLine)
{
    internal static StatementView Of(Statement statement, IReadOnlyList<StatementLine> lines, long? nextLine) => new(
        statement.StatementId,
        statement.SellerId,
        statement.Day,
        statement.Sales,
        statement.SellerDiscount,
        statement.PlatformDiscount,
        statement.Refunds,
        statement.Commission,
        statement.Amount,
        statement.Status,
        statement.PayoutId,
        statement.LineCount,
        [.. lines.Select(line => line.Entry)],
        nextLine);
}

/// <summary>A page of statements with the totals of all of them.</summary>
public sealed record StatementList(IReadOnlyList<StatementView> Items, string? NextCursor, TotalsView Totals);

/// <summary>A payout, and its step that waits for an operator.</summary>
public sealed record PayoutView(
    string PayoutId,
    string SellerId,
    Won Amount,
    Won Commission,
    IReadOnlyList<string> StatementIds,
    PayoutStatus Status,
    string? FailureReason,
    DateTimeOffset RequestedAt,
    DateTimeOffset? CompletedAt,
    AttentionView? Attention)
{
    internal static PayoutView Of(Payout payout, AttentionView? attention) => new(
        payout.PayoutId,
        payout.SellerId,
        payout.Amount,
        payout.Commission,
        payout.StatementIds,
        payout.Status,
        payout.FailureReason,
        payout.RequestedAt,
        payout.CompletedAt,
        attention);
}

/// <summary>A page of payouts, newest first.</summary>
public sealed record PayoutViewList(IReadOnlyList<PayoutView> Items, string? NextCursor);

/// <summary>A manual payout run and the first page of its payouts; <c>GET /v1/payouts?runId=</c> lists all of them.</summary>
public sealed record PayoutRunView(string RunId, IReadOnlyList<PayoutView> Items, string? NextCursor);
