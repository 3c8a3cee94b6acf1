using System.Security.Claims;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Changing;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Refunding;

/// <summary>10만원 이상 환불은 관리자 승인 필요: what waits for an administrator, and the decision.</summary>
internal static class RefundApprovalEndpoints
{
    private const int LongestNote = 500;

    public static void MapRefundApproval(this IEndpointRouteBuilder v1)
    {
        var refunds = v1.MapGroup("/refunds").WithTags("refunds").RequireAuthorization();
        refunds.MapGet("/", ListAsync)
            .WithSummary("Refunds of all orders, oldest first; status=awaiting-approval for those that wait for an administrator.")
            .Produces<RefundList>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden);
        refunds.MapPost("/{refundId}/approval", DecideAsync)
            .Accepts<DecisionBody>("application/json")
            .WithSummary("An administrator approves or rejects a refund.")
            .Produces<DecidedRefund>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user, IRefundQueries refunds, CancellationToken cancellationToken, string? status = null, string? limit = null, string? cursor = null)
    {
        if (!Caller.Of(user).IsAdmin)
        {
            return Problem.Forbidden();
        }

        var errors = new ShapeErrors();
        var filter = new RefundFilter(ListParameters.Word<RefundStatus>("status", status, errors), ListParameters.Limit(limit, errors), cursor);
        if (errors.ToDictionary() is { Count: > 0 } wrong)
        {
            return Problem.Malformed(wrong);
        }

        try
        {
            var page = await refunds.ListAsync(filter, cancellationToken);
            return TypedResults.Ok(new RefundList(page.Items, page.NextCursor));
        }
        catch (FormatException)
        {
            return ListParameters.BadCursor();
        }
    }

    private static async Task<IResult> DecideAsync(
        string refundId, HttpContext context, ClaimsPrincipal user, IRefundQueries refunds, OrderUpdates updates)
    {
        var caller = Caller.Of(user);
        if (!caller.IsAdmin)
        {
            return Problem.Forbidden();
        }

        var read = await JsonBody.ReadAsync<DecisionBody>(context.Request, context.RequestAborted);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        var errors = new ShapeErrors();
        errors.When(body.Approved is null, "approved", "true or false");
        errors.Longest("note", body.Note, LongestNote);
        if (errors.ToDictionary() is { Count: > 0 } wrong)
        {
            return Problem.Malformed(wrong);
        }

        if (await refunds.FindAsync(refundId, context.RequestAborted) is not { } known)
        {
            return Problem.NotFound("There is no such refund.");
        }

        var decision = new RefundDecision(refundId, body.Approved!.Value, caller.By, body.Note);
        var change = new OrderChange("decide-refund", _ => decision, _ => RefusalSlugs.RefundAlreadyDecided);
        return await updates.AskAsync(context, user, known.OrderId, read.Raw, change, (order, _) =>
            TypedResults.Ok(DecidedRefund.Of(order, order.Refunds.Single(refund => refund.RefundId == refundId))));
    }

    /// <summary>Body of a decision.</summary>
    internal sealed record DecisionBody(bool? Approved, string? Note = null);
}

/// <summary>A page of refunds.</summary>
public sealed record RefundList(IReadOnlyList<RefundEntry> Items, string? NextCursor);

/// <summary>A refund as it stands after an administrator's decision.</summary>
public sealed record DecidedRefund(
    string RefundId, string OrderId, RefundStatus Status, Workflows.Money.Won Amount, Workflows.Money.Won Points, string Reason, IReadOnlyList<LineQuantity> Lines)
{
    internal static DecidedRefund Of(OrderView order, RefundView refund) =>
        new(refund.RefundId, order.OrderId, refund.Status, refund.Amount, refund.Points, refund.Reason, refund.Lines);
}
