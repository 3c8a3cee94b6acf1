using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Api.Timeline;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Api.Settlement;

/// <summary>Reads settlement days, statements and payouts as the endpoints return them, and sends recovery commands.</summary>
internal sealed class SettlementService(ISettlementQueries queries, IOrderEvents events, ISettlementCommands commands)
{
    public const int LinesPerPage = 100;

    private static readonly RecoveryBodyValidator Recovery = new();

    /// <summary>A day with a page of its statements. A day without a stored state is running.</summary>
    public async Task<DayView> DayAsync(DateOnly day, DayState? state, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var filter = new StatementFilter(Day: day, Limit: limit, Cursor: cursor);
        var page = await queries.StatementsAsync(filter, cancellationToken);
        return new DayView(
            day,
            state?.SettledAt is null ? DayStatus.Running : DayStatus.Completed,
            state?.ClosedAt,
            state?.SettledAt,
            TotalsView.Of(await queries.TotalsAsync(filter, cancellationToken)),
            await queries.AttentionAsync(BusinessDay.Text(day), cancellationToken),
            await WithLinesAsync(page.Items, cancellationToken),
            page.NextCursor);
    }

    public async Task<StatementList> StatementsAsync(StatementFilter filter, CancellationToken cancellationToken)
    {
        var page = await queries.StatementsAsync(filter, cancellationToken);
        var totals = await queries.TotalsAsync(filter, cancellationToken);
        return new StatementList(await WithLinesAsync(page.Items, cancellationToken), page.NextCursor, TotalsView.Of(totals));
    }

    /// <summary>A statement with a page of its lines.</summary>
    public async Task<StatementView> WithLinesAsync(Statement statement, long after, int limit, CancellationToken cancellationToken)
    {
        var lines = await queries.LinesAsync(statement.SellerId, statement.Day, after, limit + 1, cancellationToken);
        return WithLines(statement, lines, limit);
    }

    private static StatementView WithLines(Statement statement, IReadOnlyList<StatementLine> lines, int limit) => lines.Count > limit
        ? StatementView.Of(statement, [.. lines.Take(limit)], lines[limit - 1].Position)
        : StatementView.Of(statement, lines, null);

    public async Task<PayoutViewList> PayoutsAsync(PayoutFilter filter, CancellationToken cancellationToken)
    {
        var page = await queries.PayoutsAsync(filter, cancellationToken);
        var waiting = await queries.AttentionsAsync([.. page.Items.Where(IsOpen).Select(payout => payout.PayoutId)], cancellationToken);
        return new PayoutViewList([.. page.Items.Select(payout => PayoutView.Of(payout, waiting.GetValueOrDefault(payout.PayoutId)))], page.NextCursor);
    }

    public async Task<PayoutView> PayoutAsync(Payout payout, CancellationToken cancellationToken) =>
        PayoutView.Of(payout, IsOpen(payout) ? await queries.AttentionAsync(payout.PayoutId, cancellationToken) : null);

    private static bool IsOpen(Payout payout) => payout.Status == PayoutStatus.Requested;

    /// <summary>The events of a day, a statement or a payout.</summary>
    public async Task<IResult> EventsAsync(string subject, CancellationToken cancellationToken)
    {
        return TypedResults.Ok(await new EventListParameters().ReadAsync(events, subject, cancellationToken));
    }

    /// <summary>Sends an operator's recovery command to a workflow.</summary>
    /// <returns>The problem, or <c>null</c> where the command was accepted.</returns>
    public async Task<IResult?> RecoverAsync(HttpContext context, string workflowId)
    {
        var read = await RequestBody.ReadAsync(context, Recovery);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        try
        {
            var command = new RecoverCommand(body.Action!, body.Note, Caller.Of(context.User).By);
            await commands.RecoverAsync(workflowId, command, context.RequestAborted);
            return null;
        }
        catch (OrderRefusedException refused)
        {
            return Refusals.ToProblem(refused);
        }
        catch (SettlementNotRunningException)
        {
            return Problem.Of(StatusCodes.Status409Conflict, RefusalSlugs.NotStuck, "Nothing waits for an operator here.");
        }
    }

    private async Task<IReadOnlyList<StatementView>> WithLinesAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
    {
        var lines = await queries.FirstLinesAsync(statements, LinesPerPage + 1, cancellationToken);
        return [.. statements.Select(statement => WithLines(statement, lines.GetValueOrDefault(statement.StatementId, []), LinesPerPage))];
    }
}
