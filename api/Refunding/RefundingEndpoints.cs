using System.Security.Claims;
using OrderOrchestration.Api.Changing;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Refunding;

/// <summary>Asking for money back (환불 요청하기) or for the same goods again (교환 요청하기).</summary>
internal static class RefundingEndpoints
{
    public static void MapRefunding(this IEndpointRouteBuilder orders)
    {
        Describe(orders.MapPost("/{orderId}/refunds", RefundAsync), "Asks for a refund of some units, or of all that is left.")
            .WithDescription("Takes Idempotency-Key. amount goes back to the card, points to the member. The refund's story goes on in the order.")
            .Produces<RefundView>(StatusCodes.Status202Accepted);
        Describe(orders.MapPost("/{orderId}/exchanges", ExchangeAsync), "Asks for the same goods again; no money moves.")
            .WithDescription("Takes Idempotency-Key. Where there is no stock for it the exchange becomes a refund.")
            .Produces<ExchangeView>(StatusCodes.Status202Accepted);
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint, string summary) => endpoint
        .Accepts<RefundBody>("application/json")
        .WithSummary(summary)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> RefundAsync(string orderId, HttpContext context, ClaimsPrincipal user, OrderUpdates updates)
    {
        var read = await JsonBody.ReadAsync<RefundBody>(context.Request, context.RequestAborted);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        if (body.Check(linesNeeded: false) is { Count: > 0 } errors)
        {
            return Problem.Malformed(errors);
        }

        var change = new OrderChange(
            "request-refund", refundId => new RefundCommand(refundId, body.Reason!, body.ReturnRequired, body.Quantities()), WhenClosed, "r-", body.Judge);
        return await updates.AskAsync(context, user, orderId, read.Raw, change, (order, refundId) =>
            TypedResults.Accepted(Location(order), order.Refunds.Single(refund => refund.RefundId == refundId)));
    }

    private static async Task<IResult> ExchangeAsync(string orderId, HttpContext context, ClaimsPrincipal user, OrderUpdates updates)
    {
        var read = await JsonBody.ReadAsync<RefundBody>(context.Request, context.RequestAborted);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        if (body.Check(linesNeeded: true) is { Count: > 0 } errors)
        {
            return Problem.Malformed(errors);
        }

        var change = new OrderChange(
            "request-exchange", exchangeId => new ExchangeCommand(exchangeId, body.Reason!, body.Quantities()!), WhenClosed, "x-", body.Judge);
        return await updates.AskAsync(context, user, orderId, read.Raw, change, (order, exchangeId) =>
            TypedResults.Accepted(Location(order), order.Exchanges.Single(exchange => exchange.ExchangeId == exchangeId)));
    }

    private static string Location(OrderView order) => "/v1/orders/" + order.OrderId;

    // A workflow that has ended listens no more: its order was undone, or the time to send goods back is over.
    private static string WhenClosed(OrderView order) =>
        order.Status is OrderStatus.Cancelled or OrderStatus.Refunded ? RefusalSlugs.NothingToRefund : RefusalSlugs.ReturnWindowClosed;
}
