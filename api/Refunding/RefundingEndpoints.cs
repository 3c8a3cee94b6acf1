using System.Security.Claims;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Changing;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Refunding;

/// <summary>Requests refunds (환불 요청하기) and exchanges for the same goods (교환 요청하기).</summary>
internal static class RefundingEndpoints
{
    private static readonly RefundBodyValidator Refund = new(areLinesRequired: false);
    private static readonly RefundBodyValidator Exchange = new(areLinesRequired: true);

    public static void MapRefunding(this IEndpointRouteBuilder orders)
    {
        Describe(orders.MapPost("/{orderId}/refunds", RefundAsync), "Requests a refund of some units, or of all remaining ones.")
            .WithDescription("Takes Idempotency-Key. amount goes back to the card, points to the member. The refund continues in the order.")
            .Produces<RefundView>(StatusCodes.Status202Accepted);
        Describe(orders.MapPost("/{orderId}/exchanges", ExchangeAsync), "Requests an exchange for the same goods; no money moves.")
            .WithDescription("Takes Idempotency-Key. Where there is no stock for it the exchange becomes a refund.")
            .Produces<ExchangeView>(StatusCodes.Status202Accepted);
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint, string summary) => endpoint
        .Accepts<RefundBody>("application/json")
        .WithSummary(summary)
        .ProducesProblems(
        [
            ProblemTypes.NotFound, RefusalSlugs.UnknownLine, RefusalSlugs.UnknownReason, RefusalSlugs.NotDelivered, RefusalSlugs.ReturnWindowClosed,
            RefusalSlugs.NothingToRefund, RefusalSlugs.TooManyUnits, RefusalSlugs.TooManyReturns, RefusalSlugs.OrderBusy, .. IdempotentRequests.KeyProblems,
        ]);

    private static async Task<IResult> RefundAsync(string orderId, HttpContext context, ClaimsPrincipal user, OrderUpdates updates)
    {
        var read = await RequestBody.ReadAsync(context, Refund);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        var change = new OrderChange(
            "request-refund",
            (refundId, seen) => new RefundCommand(refundId, body.Reason!, body.ReturnRequired, body.Quantities(), Caller.Of(user).By, seen),
            "r-",
            order => Erased(order, body.ReturnRequired != false) ?? OrderLines.Validate(order, body.Quantities()));
        return await updates.SendAsync(context, orderId, change, (order, refundId) =>
            TypedResults.Accepted(Location(order), order.Refunds.Single(refund => refund.RefundId == refundId)));
    }

    private static async Task<IResult> ExchangeAsync(string orderId, HttpContext context, OrderUpdates updates)
    {
        var read = await RequestBody.ReadAsync(context, Exchange);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        var change = new OrderChange(
            "request-exchange",
            (exchangeId, seen) => new ExchangeCommand(exchangeId, body.Reason!, body.Quantities()!, seen),
            "x-",
            order => Erased(order, isCollected: true) ?? OrderLines.Validate(order, body.Quantities()));
        return await updates.SendAsync(context, orderId, change, (order, exchangeId) =>
            TypedResults.Accepted(Location(order), order.Exchanges.Single(exchange => exchange.ExchangeId == exchangeId)));
    }

    /// <summary>Rejects a collection of goods from an erased customer, whose address no longer exists. A refund without a return remains possible.</summary>
    private static Refusal? Erased(OrderView order, bool isCollected) => order.Erased && isCollected
        ? Refusal.Of(ProblemTypes.PersonalDataErased, "The customer's address was erased; ask for a refund with returnRequired false.")
        : null;

    private static string Location(OrderView order) => "/v1/orders/" + order.OrderId;
}
