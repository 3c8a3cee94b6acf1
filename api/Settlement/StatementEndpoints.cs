using System.Security.Claims;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Timeline;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Api.Settlement;

/// <summary>정산 내역 조회하기: a seller's statements, for staff and for that seller.</summary>
internal static class StatementEndpoints
{
    public static void MapStatements(this IEndpointRouteBuilder v1)
    {
        var statements = v1.MapGroup("/sellers/{sellerId}/statements").WithTags("settlement").RequireAuthorization();
        statements.MapGet("/", ListAsync)
            .WithSummary("A seller's statements, newest first, and what all of them add up to.")
            .Produces<StatementList>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden);
        Describe(statements.MapGet("/{day}", GetAsync).Produces<StatementView>(), "A statement with a page of its lines.");
        Describe(
            statements.MapGet("/{day}.csv", DownloadAsync).Produces(StatusCodes.Status200OK, contentType: StatementCsv.ContentType),
            "A statement as a CSV file: every line, then their sum.");
        Describe(statements.MapGet("/{day}/events", EventsAsync).Produces<CloudEventList>(), "The statement's CloudEvents.");
    }

    private static void Describe(RouteHandlerBuilder endpoint, string summary) => endpoint
        .WithSummary(summary)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> ListAsync(
        string sellerId,
        string? from,
        string? to,
        string? limit,
        string? cursor,
        ClaimsPrincipal user,
        SettlementDesk desk,
        CancellationToken cancellationToken)
    {
        if (!MaySee(user, sellerId))
        {
            return Problem.Forbidden();
        }

        var read = new SettlementParameters();
        var filter = new StatementFilter(null, sellerId, read.Day("from", from), read.Day("to", to), read.Limit(limit), cursor);
        try
        {
            return read.Problem ?? TypedResults.Ok(await desk.StatementsAsync(filter, cancellationToken));
        }
        catch (FormatException)
        {
            return Problem.Malformed("cursor", "is not one that a list has answered");
        }
    }

    private static async Task<IResult> GetAsync(
        string sellerId,
        string day,
        string? after,
        string? limit,
        ClaimsPrincipal user,
        ISettlementQueries queries,
        SettlementDesk desk,
        CancellationToken cancellationToken)
    {
        var read = new SettlementParameters();
        var (position, lines) = (read.After(after), read.Limit(limit, SettlementDesk.LinesPerPage));
        return read.Problem ?? await OfStatementAsync(
            sellerId,
            day,
            user,
            queries,
            async statement => TypedResults.Ok(await desk.WithLinesAsync(statement, position, lines, cancellationToken)),
            cancellationToken);
    }

    private static Task<IResult> DownloadAsync(
        string sellerId, string day, ClaimsPrincipal user, ISettlementQueries queries, CancellationToken cancellationToken) => OfStatementAsync(
            sellerId, day, user, queries, statement => Task.FromResult<IResult>(new StatementCsv(statement, queries)), cancellationToken);

    private static Task<IResult> EventsAsync(
        string sellerId, string day, ClaimsPrincipal user, ISettlementQueries queries, SettlementDesk desk, CancellationToken cancellationToken) =>
        OfStatementAsync(
            sellerId, day, user, queries, statement => desk.EventsAsync(statement.StatementId, cancellationToken), cancellationToken);

    private static async Task<IResult> OfStatementAsync(
        string sellerId,
        string text,
        ClaimsPrincipal user,
        ISettlementQueries queries,
        Func<Statement, Task<IResult>> answer,
        CancellationToken cancellationToken)
    {
        if (!MaySee(user, sellerId))
        {
            return Problem.Forbidden();
        }

        var read = new SettlementParameters();
        var day = read.Day("day", text);
        if (read.Problem is { } malformed)
        {
            return malformed;
        }

        return await queries.FindStatementAsync(sellerId, day!.Value, cancellationToken) is { } statement
            ? await answer(statement)
            : Problem.NotFound("There is no such statement.");
    }

    private static bool MaySee(ClaimsPrincipal user, string sellerId)
    {
        var caller = Caller.Of(user);
        return caller.IsStaff || string.Equals(caller.SellerId, sellerId, StringComparison.Ordinal);
    }
}
