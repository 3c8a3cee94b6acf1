using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Timeline;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Api.Settlement;

/// <summary>일별 정산: running a day by hand, and looking at it.</summary>
internal static class SettlementEndpoints
{
    public static void AddSettlement(this IServiceCollection services)
    {
        services.TryAddSingleton<ISettlementCommands, TemporalSettlementCommands>();
        services.AddSingleton<SettlementDesk>();
    }

    public static void MapSettlements(this IEndpointRouteBuilder v1)
    {
        var settlements = v1.MapGroup("/settlements").WithTags("settlement").RequireAuthorization();
        settlements.MapPost("/{date}", SettleAsync)
            .WithSummary("Settles a day (일별 정산 실행하기); a day that was run is answered as it is.")
            .WithDescription("202 where it takes longer than 10 s: it goes on by itself. Today and later days may be run; what comes after is in the next run.")
            .Produces<DayView>()
            .Produces<DayView>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden);
        settlements.MapGet("/{date}", GetAsync)
            .WithSummary("A day's settlement: its sums, and its statements by seller.")
            .Produces<DayView>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound);
        settlements.MapGet("/{date}/events", EventsAsync)
            .WithSummary("The day's CloudEvents, oldest first.")
            .Produces<CloudEventList>()
            .ProducesProblem(StatusCodes.Status403Forbidden);
        settlements.MapPost("/{date}/recovery", RecoverAsync)
            .Accepts<RecoveryBody>("application/json")
            .WithSummary("An operator has the step that waits taken again.")
            .Produces<DayView>()
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> SettleAsync(
        string date,
        HttpContext context,
        ClaimsPrincipal user,
        IdempotentRequests requests,
        ISettlementCommands commands,
        ISettlementQueries queries,
        SettlementDesk desk,
        IOptions<OrderApiOptions> options)
    {
        var caller = Caller.Of(user);
        if (!caller.IsAdmin)
        {
            return Problem.Forbidden();
        }

        var read = new SettlementParameters();
        var asked = read.Day("date", date);
        return read.Problem ?? await requests.RunAsync(context, caller, default, required: false, "sr-", async run =>
        {
            var day = asked!.Value;
            if (await queries.FindDayAsync(day, run.Cancellation) is not { SettledAt: not null })
            {
                await commands.SettleAsync(day, options.Value.DecisionPatience, run.Cancellation);
            }

            var state = await queries.FindDayAsync(day, run.Cancellation);
            var view = await desk.DayAsync(day, state, read.Limit(null), cursor: null, run.Cancellation);
            return view.Status == DayStatus.Completed ? TypedResults.Ok(view) : TypedResults.Accepted($"/v1/settlements/{date}", view);
        });
    }

    private static async Task<IResult> GetAsync(
        string date, string? limit, string? cursor, ClaimsPrincipal user, ISettlementQueries queries, SettlementDesk desk, CancellationToken cancellationToken)
    {
        if (!Caller.Of(user).IsStaff)
        {
            return Problem.Forbidden();
        }

        var read = new SettlementParameters();
        var (day, rows) = (read.Day("date", date), read.Limit(limit));
        if (read.Problem is { } malformed)
        {
            return malformed;
        }

        try
        {
            return await queries.FindDayAsync(day!.Value, cancellationToken) is { } state
                ? TypedResults.Ok(await desk.DayAsync(day.Value, state, rows, cursor, cancellationToken))
                : Problem.NotFound("This day has not been settled.");
        }
        catch (FormatException)
        {
            return Problem.Malformed("cursor", "is not one that a list has answered");
        }
    }

    private static async Task<IResult> EventsAsync(string date, ClaimsPrincipal user, SettlementDesk desk, CancellationToken cancellationToken)
    {
        var read = new SettlementParameters();
        var day = read.Day("date", date);
        return !Caller.Of(user).IsStaff ? Problem.Forbidden()
            : read.Problem ?? await desk.EventsAsync(BusinessDay.Text(day!.Value), cancellationToken);
    }

    private static async Task<IResult> RecoverAsync(
        string date, HttpContext context, ClaimsPrincipal user, ISettlementQueries queries, SettlementDesk desk)
    {
        var read = new SettlementParameters();
        var day = read.Day("date", date);
        if (read.Problem is { } malformed)
        {
            return malformed;
        }

        var (command, problem) = await RecoveryBody.ReadAsync(context, Caller.Of(user));
        return problem
            ?? await desk.RecoverAsync(SettlementTemporal.DayWorkflowId(day!.Value), command!, context.RequestAborted)
            ?? TypedResults.Ok(await desk.DayAsync(
                day.Value, await queries.FindDayAsync(day.Value, context.RequestAborted), read.Limit(null), null, context.RequestAborted));
    }
}

/// <summary>Body of a recovery: <c>retry</c> is the one action there is.</summary>
internal sealed record RecoveryBody(string? Action, string? Note = null)
{
    private const int LongestNote = 500;

    /// <summary>Reads it; for staff only.</summary>
    public static async Task<(RecoverCommand? Command, IResult? Problem)> ReadAsync(HttpContext context, Caller caller)
    {
        if (!caller.IsStaff)
        {
            return (null, Problems.Problem.Forbidden());
        }

        var read = await JsonBody.ReadAsync<RecoveryBody>(context.Request, context.RequestAborted);
        if (read.Body is not { } body)
        {
            return (null, read.Problem);
        }

        var errors = new ShapeErrors();
        errors.When(body.Action is not ("retry" or "skip" or "compensate"), "action", "one of retry, skip, compensate");
        errors.Longest("note", body.Note, LongestNote);
        return errors.ToDictionary() is { Count: > 0 } wrong
            ? (null, Problems.Problem.Malformed(wrong))
            : (new RecoverCommand(body.Action!, body.Note, caller.By), null);
    }
}
