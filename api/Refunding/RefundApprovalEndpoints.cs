using System.Security.Claims;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Changing;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Refunding;

/// <summary>10만원 이상 환불은 관리자 승인 필요: lists refunds, and approves or rejects those that wait for an administrator.</summary>
internal static class RefundApprovalEndpoints
{
    private static readonly DecisionBodyValidator Decision = new();
    private static readonly RefundListValidator Query = new();

    public static void MapRefundApproval(this IEndpointRouteBuilder v1)
    {
        var refunds = v1.MapGroup("/refunds").WithTags("refunds").RequireAuthorization(AccessPolicies.Administrators);
        refunds.MapGet("/", ListAsync)
            .WithSummary("Lists refunds across orders, oldest first; status=awaiting-approval: those that await an administrator's decision; overdue=true: those past RefundDueDays.")
            .Produces<RefundList>()
            .ProducesProblems(ProblemTypes.MalformedRequest);
        refunds.MapPost("/{refundId}/approval", DecideAsync)
            .Accepts<DecisionBody>("application/json")
            .WithSummary("Approves or rejects a refund, by an administrator.")
            .Produces<DecidedRefund>()
            .ProducesProblems(
                [ProblemTypes.NotFound, RefusalSlugs.RefundAlreadyDecided, .. IdempotentRequests.KeyProblems]);
    }

    private static Task<IResult> ListAsync([AsParameters] RefundListParameters parameters, IRefundQueries refunds, CancellationToken cancellationToken) =>
        Listing.RunAsync(Query, parameters, async () =>
        {
            var page = await refunds.ListAsync(parameters.ToFilter(), cancellationToken);
            return new RefundList(page.Items, page.NextCursor);
        });

    private static async Task<IResult> DecideAsync(
        string refundId, HttpContext context, ClaimsPrincipal user, IRefundQueries refunds, OrderUpdates updates)
    {
        var read = await RequestBody.ReadAsync(context, Decision);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        if (await refunds.FindAsync(refundId, context.RequestAborted) is not { } known)
        {
            return Problem.NotFound("There is no such refund.");
        }

        var change = new OrderChange(
            "decide-refund", (_, seen) => new RefundDecision(refundId, body.Approved!.Value, Caller.Of(user).By, body.Note, seen));
        return await updates.SendAsync(context, known.OrderId, change, (order, _) =>
            TypedResults.Ok(DecidedRefund.Of(order, order.Refunds.Single(refund => refund.RefundId == refundId))));
    }
}

/// <summary>A page of refunds.</summary>
public sealed record RefundList(IReadOnlyList<RefundEntry> Items, string? NextCursor);

/// <summary>A refund after an administrator's decision.</summary>
public sealed record DecidedRefund(
    string RefundId, string OrderId, RefundStatus Status, Workflows.Money.Won Amount, Workflows.Money.Won Points, string Reason, IReadOnlyList<LineQuantity> Lines)
{
    internal static DecidedRefund Of(OrderView order, RefundView refund) =>
        new(refund.RefundId, order.OrderId, refund.Status, refund.Amount, refund.Points, refund.Reason, refund.Lines);
}
