using System.Security.Claims;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Timeline;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Api.Settlement;

/// <summary>정산금 지급 요청하기: a payout run by hand, and payouts to look at, for staff and for the seller they are for.</summary>
internal static class PayoutEndpoints
{
    public static void MapPayouts(this IEndpointRouteBuilder v1)
    {
        var payouts = v1.MapGroup("/payouts").WithTags("settlement").RequireAuthorization();
        payouts.MapPost("/", PayAsync)
            .WithSummary("Pays every seller whose open statements add up to more than zero, now.")
            .WithDescription("Also how a failed payout is tried again before Tuesday: its statements are open, and are paid under a new id.")
            .Produces<PayoutRunView>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status403Forbidden);
        payouts.MapGet("/", ListAsync)
            .WithSummary("Payouts, newest first; a seller sees its own.")
            .Produces<PayoutViewList>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden);
        Describe(payouts.MapGet("/{payoutId}", GetAsync).Produces<PayoutView>(), "A payout as it stands.");
        Describe(payouts.MapGet("/{payoutId}/events", EventsAsync).Produces<CloudEventList>(), "The payout's CloudEvents, oldest first.");
        Describe(
            payouts.MapPost("/{payoutId}/recovery", RecoverAsync)
                .Accepts<RecoveryBody>("application/json")
                .Produces<PayoutView>()
                .ProducesProblem(StatusCodes.Status409Conflict)
                .ProducesProblem(StatusCodes.Status422UnprocessableEntity),
            "An operator has the step that waits taken again.");
    }

    private static void Describe(RouteHandlerBuilder endpoint, string summary) => endpoint
        .WithSummary(summary)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> PayAsync(
        HttpContext context,
        ClaimsPrincipal user,
        IdempotentRequests requests,
        ISettlementCommands commands,
        SettlementDesk desk,
        TimeProvider time,
        IOptions<OrderApiOptions> options)
    {
        var caller = Caller.Of(user);
        if (!caller.IsAdmin)
        {
            return Problem.Forbidden();
        }

        // Named by the key's own id, so that a request that is taken up again after a crash meets its run.
        return await requests.RunAsync(context, caller, default, required: false, string.Empty, async run =>
        {
            var runId = SettlementTemporal.PayoutRunId(BusinessDay.Of(time.GetUtcNow()), run.ResourceId[^12..]);
            await commands.PayAsync(runId, options.Value.DecisionPatience, run.Cancellation);
            var opened = await desk.PayoutsAsync(new PayoutFilter(RunId: runId), run.Cancellation);
            return TypedResults.Accepted($"/v1/payouts?runId={runId}", new PayoutRunView(runId, opened.Items, opened.NextCursor));
        });
    }

    private static async Task<IResult> ListAsync(
        string? status,
        string? sellerId,
        string? runId,
        string? limit,
        string? cursor,
        ClaimsPrincipal user,
        SettlementDesk desk,
        CancellationToken cancellationToken)
    {
        var caller = Caller.Of(user);
        if (!caller.IsStaff && (caller.SellerId is null || (sellerId is not null && sellerId != caller.SellerId)))
        {
            return Problem.Forbidden();
        }

        var read = new SettlementParameters();
        var filter = new PayoutFilter(read.Status(status), caller.IsStaff ? sellerId : caller.SellerId, runId, read.Limit(limit), cursor);
        try
        {
            return read.Problem ?? TypedResults.Ok(await desk.PayoutsAsync(filter, cancellationToken));
        }
        catch (FormatException)
        {
            return Problem.Malformed("cursor", "is not one that a list has answered");
        }
    }

    private static async Task<IResult> GetAsync(
        string payoutId, ClaimsPrincipal user, ISettlementQueries queries, SettlementDesk desk, CancellationToken cancellationToken)
    {
        var (payout, problem) = await FindAsync(payoutId, user, queries, cancellationToken);
        return problem ?? TypedResults.Ok(await desk.PayoutAsync(payout!, cancellationToken));
    }

    private static async Task<IResult> EventsAsync(
        string payoutId, ClaimsPrincipal user, ISettlementQueries queries, SettlementDesk desk, CancellationToken cancellationToken)
    {
        var (_, problem) = await FindAsync(payoutId, user, queries, cancellationToken);
        return problem ?? await desk.EventsAsync(payoutId, cancellationToken);
    }

    private static async Task<IResult> RecoverAsync(
        string payoutId, HttpContext context, ClaimsPrincipal user, ISettlementQueries queries, SettlementDesk desk)
    {
        var (_, missing) = await FindAsync(payoutId, user, queries, context.RequestAborted);
        if (missing is not null)
        {
            return missing;
        }

        var (command, problem) = await RecoveryBody.ReadAsync(context, Caller.Of(user));
        return problem
            ?? await desk.RecoverAsync(SettlementTemporal.PayoutWorkflowId(payoutId), command!, context.RequestAborted)
            ?? await GetAsync(payoutId, user, queries, desk, context.RequestAborted);
    }

    private static async Task<(Payout? Payout, IResult? Problem)> FindAsync(
        string payoutId, ClaimsPrincipal user, ISettlementQueries queries, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(user);
        var payout = await queries.FindPayoutAsync(payoutId, cancellationToken);
        if (!caller.IsStaff && caller.SellerId is null)
        {
            return (null, Problem.Forbidden());
        }

        return payout is null ? (null, Problem.NotFound("There is no such payout."))
            : caller.IsStaff || caller.SellerId == payout.SellerId ? (payout, null)
            : (null, Problem.Forbidden());
    }
}
