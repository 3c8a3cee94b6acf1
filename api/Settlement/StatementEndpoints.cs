using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Timeline;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Api.Settlement;

/// <summary>정산 내역 조회하기: reads a seller's statements, for staff and for that seller.</summary>
internal static class StatementEndpoints
{
    private static readonly StatementListValidator Query = new();
    private static readonly StatementValidator Validator = new();

    public static void MapStatements(this IEndpointRouteBuilder v1)
    {
        var statements = v1.MapGroup("/sellers/{sellerId}/statements").WithTags("settlement").RequireAuthorization(AccessPolicies.OwnSeller);
        statements.MapGet("/", ListAsync)
            .WithSummary("A seller's statements, newest first, with their total.")
            .Produces<StatementList>()
            .ProducesProblems(ProblemTypes.MalformedRequest);
        Describe(statements.MapGet("/{day}", GetAsync).Produces<StatementView>(), "A statement with a page of its lines.");
        Describe(
            statements.MapGet("/{day}.csv", DownloadAsync).Produces<string>(StatusCodes.Status200OK, StatementCsv.ContentType),
            "A statement as a CSV file: every line, then their sum.");
        Describe(statements.MapGet("/{day}/events", EventsAsync).Produces<CloudEventList>(), "The statement's CloudEvents.");
    }

    private static void Describe(RouteHandlerBuilder endpoint, string summary) => endpoint
        .WithSummary(summary)
        .ProducesProblems(ProblemTypes.NotFound);

    private static Task<IResult> ListAsync(
        string sellerId, [AsParameters] StatementListParameters parameters, SettlementService settlement, CancellationToken cancellationToken) =>
        Listing.RunAsync(Query, parameters, () => settlement.StatementsAsync(parameters.ToFilter(sellerId), cancellationToken));

    private static Task<IResult> GetAsync(
        string sellerId,
        [AsParameters] StatementParameters parameters,
        ISettlementQueries queries,
        SettlementService settlement,
        CancellationToken cancellationToken) => OfStatementAsync(
            sellerId,
            parameters,
            queries,
            async statement => TypedResults.Ok(await settlement.WithLinesAsync(
                statement, parameters.Position, InputRules.ReadLimit(parameters.Limit, SettlementService.LinesPerPage), cancellationToken)),
            cancellationToken);

    private static Task<IResult> DownloadAsync(string sellerId, string day, ISettlementQueries queries, CancellationToken cancellationToken) =>
        OfStatementAsync(
            sellerId,
            new StatementParameters { Day = day },
            queries,
            statement => Task.FromResult<IResult>(new StatementCsv(statement, queries)),
            cancellationToken);

    private static Task<IResult> EventsAsync(
        string sellerId, string day, ISettlementQueries queries, SettlementService settlement, CancellationToken cancellationToken) =>
        OfStatementAsync(
            sellerId,
            new StatementParameters { Day = day },
            queries,
            statement => settlement.EventsAsync(statement.StatementId, cancellationToken),
            cancellationToken);

    private static async Task<IResult> OfStatementAsync(
        string sellerId,
        StatementParameters parameters,
        ISettlementQueries queries,
        Func<Statement, Task<IResult>> answer,
        CancellationToken cancellationToken)
    {
        if (Validator.Errors(parameters) is { Count: > 0 } errors)
        {
            return Problem.Malformed(errors);
        }

        return await queries.FindStatementAsync(sellerId, RequestTimes.Day(parameters.Day)!.Value, cancellationToken) is { } statement
            ? await answer(statement)
            : Problem.NotFound("There is no such statement.");
    }
}
