using System.Security.Claims;
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

/// <summary>정산금 지급 요청하기: starts a payout run by hand, and reads payouts, for staff and for the paid seller.</summary>
internal static class PayoutEndpoints
{
    private static readonly PayoutListValidator Query = new();

    public static void MapPayouts(this IEndpointRouteBuilder v1)
    {
        var payouts = v1.MapGroup("/payouts").WithTags("settlement").RequireAuthorization(AccessPolicies.Payouts);
        payouts.MapPost("/", PayAsync)
            .RequireAuthorization(AccessPolicies.Administrators)
            .WithSummary("Starts a payout run now, for every seller with a positive balance.")
            .WithDescription("Also how a failed payout is tried again before Tuesday: its statements are open, and are paid under a new id.")
            .Produces<PayoutRunView>(StatusCodes.Status202Accepted)
            .ProducesProblems([.. IdempotentRequests.KeyProblems]);
        payouts.MapGet("/", ListAsync)
            .WithSummary("Payouts, newest first; a seller sees its own.")
            .Produces<PayoutViewList>()
            .ProducesProblems(ProblemTypes.MalformedRequest);
        Describe(payouts.MapGet("/{payoutId}", GetAsync).Produces<PayoutView>(), "Returns a payout.");
        Describe(payouts.MapGet("/{payoutId}/events", EventsAsync).Produces<CloudEventList>(), "The payout's CloudEvents, oldest first.");
        Describe(
            payouts.MapPost("/{payoutId}/recovery", RecoverAsync)
                .RequireAuthorization(AccessPolicies.Staff)
                .Accepts<RecoveryBody>("application/json")
                .Produces<PayoutView>(),
            "Retries the step that waits for an operator.",
            RefusalSlugs.NotStuck,
            RefusalSlugs.ActionNotAllowed);
    }

    private static void Describe(RouteHandlerBuilder endpoint, string summary, params string[] slugs) => endpoint
        .WithSummary(summary)
        .ProducesProblems([ProblemTypes.NotFound, .. slugs]);

    private static Task<IResult> PayAsync(
        HttpContext context,
        IdempotentRequests requests,
        ISettlementCommands commands,
        SettlementService settlement,
        TimeProvider time,
        IOptions<OrderApiOptions> options) =>

        // The run id contains the id of the idempotency key, so that a request that is repeated after a crash joins its own run.
        requests.RunAsync(context, string.Empty, async run =>
        {
            var runId = SettlementTemporal.PayoutRunId(BusinessDay.Of(time.GetUtcNow()), run.ResourceId[^12..]);
            await commands.PayAsync(runId, options.Value.DecisionTimeout, run.Cancellation);
            var opened = await settlement.PayoutsAsync(new PayoutFilter(RunId: runId), run.Cancellation);
            return TypedResults.Accepted($"/v1/payouts?runId={runId}", new PayoutRunView(runId, opened.Items, opened.NextCursor));
        });

    private static async Task<IResult> ListAsync(
        [AsParameters] PayoutListParameters parameters, ClaimsPrincipal user, SettlementService settlement, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(user);
        return !caller.IsStaff && parameters.SellerId is { } asked && !caller.IsSeller(asked)
            ? Problem.Forbidden()
            : await Listing.RunAsync(Query, parameters, () => settlement.PayoutsAsync(
                parameters.ToFilter(caller.IsStaff ? parameters.SellerId : caller.SellerId), cancellationToken));
    }

    private static async Task<IResult> GetAsync(
        string payoutId, ClaimsPrincipal user, ISettlementQueries queries, SettlementService settlement, CancellationToken cancellationToken)
    {
        var (payout, problem) = await FindAsync(payoutId, user, queries, cancellationToken);
        return problem ?? TypedResults.Ok(await settlement.PayoutAsync(payout!, cancellationToken));
    }

    private static async Task<IResult> EventsAsync(
        string payoutId, ClaimsPrincipal user, ISettlementQueries queries, SettlementService settlement, CancellationToken cancellationToken)
    {
        var (_, problem) = await FindAsync(payoutId, user, queries, cancellationToken);
        return problem ?? await settlement.EventsAsync(payoutId, cancellationToken);
    }

    private static async Task<IResult> RecoverAsync(
        string payoutId, HttpContext context, ClaimsPrincipal user, ISettlementQueries queries, SettlementService settlement)
    {
        var (_, missing) = await FindAsync(payoutId, user, queries, context.RequestAborted);
        return missing
            ?? await settlement.RecoverAsync(context, SettlementTemporal.PayoutWorkflowId(payoutId))
            ?? await GetAsync(payoutId, user, queries, settlement, context.RequestAborted);
    }

    private static async Task<(Payout? Payout, IResult? Problem)> FindAsync(
        string payoutId, ClaimsPrincipal user, ISettlementQueries queries, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(user);
        var payout = await queries.FindPayoutAsync(payoutId, cancellationToken);
        return payout is null ? (null, Problem.NotFound("There is no such payout."))
            : caller.IsStaff || caller.IsSeller(payout.SellerId) ? (payout, null)
            : (null, Problem.Forbidden());
    }
}
