using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Hosting;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Timeline;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Api.Settlement;

/// <summary>일별 정산: settles a day by hand, and reads its result.</summary>
internal static class SettlementEndpoints
{
    private static readonly DayValidator Validator = new();

    public static void AddSettlement(this IServiceCollection services)
    {
        services.TryAddSingleton<PayoutRuns>();
        services.TryAddSingleton<ISettlementCommands, TemporalSettlementCommands>();
        services.AddSingleton<SettlementService>();
    }

    public static void MapSettlements(this IEndpointRouteBuilder v1)
    {
        var settlements = v1.MapGroup("/settlements/{date}").WithTags("settlement").RequireAuthorization(AccessPolicies.Staff);
        settlements.MapPost("/", SettleAsync)
            .RequireAuthorization(AccessPolicies.Administrators)
            .WithSummary("Settles a day (일별 정산 실행하기); a day already settled is returned unchanged.")
            .WithDescription("202 where it takes longer than 10 s: it goes on by itself. Today and later days may be run; what comes after is in the next run.")
            .Produces<DayView>()
            .Produces<DayView>(StatusCodes.Status202Accepted)
            .ProducesProblems([.. IdempotentRequests.KeyProblems]);
        settlements.MapGet("/", GetAsync)
            .WithSummary("A day's settlement: totals, and statements by seller.")
            .Produces<DayView>()
            .ProducesProblems(ProblemTypes.NotFound);
        settlements.MapGet("/events", EventsAsync)
            .WithSummary("The day's CloudEvents, oldest first.")
            .Produces<CloudEventList>();
        settlements.MapPost("/recovery", RecoverAsync)
            .Accepts<RecoveryBody>("application/json")
            .WithSummary("Retries the step that waits for an operator.")
            .Produces<DayView>()
            .ProducesProblems(RefusalSlugs.NotStuck, RefusalSlugs.ActionNotAllowed);
    }

    private static async Task<IResult> SettleAsync(
        string date,
        HttpContext context,
        IdempotentRequests requests,
        ISettlementCommands commands,
        ISettlementQueries queries,
        SettlementService settlement,
        IOptions<OrderApiOptions> options)
    {
        var asked = new DayParameters { Date = date };
        return Malformed(asked) ?? await requests.RunAsync(context, "sr-", async run =>
        {
            var day = asked.Day;
            if (await queries.FindDayAsync(day, run.Cancellation) is not { SettledAt: not null })
            {
                await commands.SettleAsync(day, options.Value.DecisionTimeout, run.Cancellation);
            }

            var state = await queries.FindDayAsync(day, run.Cancellation);
            var view = await settlement.DayAsync(day, state, InputRules.ReadLimit(null), cursor: null, run.Cancellation);
            return view.Status == DayStatus.Completed ? TypedResults.Ok(view) : TypedResults.Accepted($"/v1/settlements/{date}", view);
        });
    }

    private static async Task<IResult> GetAsync(
        [AsParameters] DayParameters parameters, ISettlementQueries queries, SettlementService settlement, CancellationToken cancellationToken)
    {
        if (Malformed(parameters) is { } malformed)
        {
            return malformed;
        }

        return await queries.FindDayAsync(parameters.Day, cancellationToken) is { } state
            ? await Listing.RunAsync(Validator, parameters, () => settlement.DayAsync(
                parameters.Day, state, InputRules.ReadLimit(parameters.Limit), parameters.Cursor, cancellationToken))
            : Problem.NotFound("This day has not been settled.");
    }

    private static async Task<IResult> EventsAsync(string date, SettlementService settlement, CancellationToken cancellationToken)
    {
        var asked = new DayParameters { Date = date };
        return Malformed(asked) ?? await settlement.EventsAsync(BusinessDay.Text(asked.Day), cancellationToken);
    }

    private static async Task<IResult> RecoverAsync(string date, HttpContext context, ISettlementQueries queries, SettlementService settlement)
    {
        var asked = new DayParameters { Date = date };
        return Malformed(asked)
            ?? await settlement.RecoverAsync(context, SettlementTemporal.DayWorkflowId(asked.Day))
            ?? TypedResults.Ok(await settlement.DayAsync(
                asked.Day,
                await queries.FindDayAsync(asked.Day, context.RequestAborted),
                InputRules.ReadLimit(null),
                null,
                context.RequestAborted));
    }

    private static ProblemHttpResult? Malformed(DayParameters parameters) => Validator.Errors(parameters) is { Count: > 0 } errors ? Problem.Malformed(errors) : null;
}
