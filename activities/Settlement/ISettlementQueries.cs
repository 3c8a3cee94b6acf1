using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>Reads settlement; no method queries a workflow, and the size of a page does not depend on the day or the seller.</summary>
public interface ISettlementQueries
{
    /// <summary>A day that was run, or is being run; <c>null</c> for any other.</summary>
    Task<DayState?> FindDayAsync(DateOnly day, CancellationToken cancellationToken);

    /// <summary>One page of statements: by seller within a day, newest day first of a seller.</summary>
    /// <exception cref="FormatException">The cursor is not one of ours.</exception>
    Task<StatementPage> StatementsAsync(StatementFilter filter, CancellationToken cancellationToken);

    /// <summary>The sums of the statements of a filter, over all pages.</summary>
    Task<StatementTotals> TotalsAsync(StatementFilter filter, CancellationToken cancellationToken);

    Task<Statement?> FindStatementAsync(string sellerId, DateOnly day, CancellationToken cancellationToken);

    /// <summary>Lines of a statement after a position, oldest first.</summary>
    Task<IReadOnlyList<StatementLine>> LinesAsync(string sellerId, DateOnly day, long after, int limit, CancellationToken cancellationToken);

    /// <summary>The first lines of each of these statements, oldest first, read together; a statement without lines is left out.</summary>
    Task<IReadOnlyDictionary<string, IReadOnlyList<StatementLine>>> FirstLinesAsync(
        IReadOnlyList<Statement> statements, int limit, CancellationToken cancellationToken);

    /// <summary>One page of payouts, newest first.</summary>
    /// <exception cref="FormatException">The cursor is not one of ours.</exception>
    Task<PayoutList> PayoutsAsync(PayoutFilter filter, CancellationToken cancellationToken);

    Task<Payout?> FindPayoutAsync(string payoutId, CancellationToken cancellationToken);

    /// <summary>The open intervention of a day or a payout.</summary>
    Task<AttentionView?> AttentionAsync(string subject, CancellationToken cancellationToken);

    /// <summary>The same of several, by subject; subjects without one are left out.</summary>
    Task<IReadOnlyDictionary<string, AttentionView>> AttentionsAsync(IReadOnlyList<string> subjects, CancellationToken cancellationToken);
}

/// <summary>The progress of a day's settlement: not closed, closed, or settled when all of it is done.</summary>
public sealed record DayState(DateOnly Day, DateTimeOffset? ClosedAt, DateTimeOffset? SettledAt);

/// <summary>Statements of a day, or of a seller between two days, both inclusive.</summary>
public sealed record StatementFilter(
    DateOnly? Day = null, string? SellerId = null, DateOnly? From = null, DateOnly? To = null, int Limit = 50, string? Cursor = null);

/// <summary>A page of statements.</summary>
public sealed record StatementPage(IReadOnlyList<Statement> Items, string? NextCursor);

/// <summary>Statements added up.</summary>
public sealed record StatementTotals(long Statements, long Lines, StatementAmounts Amounts);

/// <summary>A line of a statement and its position in it.</summary>
public sealed record StatementLine(long Position, SettlementEntry Entry);

/// <summary>Which payouts to list.</summary>
public sealed record PayoutFilter(PayoutStatus? Status = null, string? SellerId = null, string? RunId = null, int Limit = 50, string? Cursor = null);

/// <summary>A page of payouts.</summary>
public sealed record PayoutList(IReadOnlyList<Payout> Items, string? NextCursor);
