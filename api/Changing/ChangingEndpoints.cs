using System.Security.Claims;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Placing;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Changing;

/// <summary>Commands for a placed order: cancel, change the shipping address, confirm the purchase, resolve a step that needs manual intervention.</summary>
internal static class ChangingEndpoints
{
    private static readonly CancelBodyValidator Cancel = new();
    private static readonly ShippingAddressValidator Address = new();
    private static readonly RecoverBodyValidator Recover = new();

    public static void MapChanging(this IEndpointRouteBuilder orders)
    {
        orders.MapPost("/{orderId}/cancellation", CancelAsync).Accepts<CancelBody>("application/json")
            .Describe("Cancels the order (주문 취소), or some of its units before dispatch (부분 취소).", RefusalSlugs.AlreadyShipped, RefusalSlugs.UnknownLine, RefusalSlugs.TooManyUnits, RefusalSlugs.OrderBusy, RefusalSlugs.DispatchRefused, RefusalSlugs.AlreadyClosed);
        orders.MapPut("/{orderId}/shipping-address", ChangeAddressAsync).Accepts<ShippingAddress>("application/json")
            .Describe("Changes the shipping address (배송지 변경); rejected after dispatch, or where shipping would cost more.", RefusalSlugs.AlreadyDispatched, RefusalSlugs.AlreadyClosed,
                RefusalSlugs.AddressChangesPrice, RefusalSlugs.UndeliverableAddress, RefusalSlugs.TeamUnavailable, RefusalSlugs.OrderBusy);
        orders.MapPost("/{orderId}/confirmation", ConfirmAsync)
            .Describe("Confirms the purchase (구매 확정).", RefusalSlugs.NotDelivered, RefusalSlugs.RefundOpen, RefusalSlugs.AlreadyClosed);
        orders.MapPost("/{orderId}/recovery", RecoverAsync).Accepts<RecoverBody>("application/json").RequireAuthorization(AccessPolicies.Staff)
            .Describe("Resolves a manual intervention: that of attentionId, or the oldest.", RefusalSlugs.NotStuck, RefusalSlugs.ActionNotAllowed);
    }

    private static void Describe(this RouteHandlerBuilder endpoint, string summary, params string[] slugs) => endpoint
        .WithSummary(summary)
        .Produces<OrderView>()
        .ProducesProblems([ProblemTypes.NotFound, .. IdempotentRequests.KeyProblems, .. slugs]);

    private static async Task<IResult> CancelAsync(string orderId, HttpContext context, ClaimsPrincipal user, OrderUpdates updates)
    {
        var read = await RequestBody.ReadAsync(context, Cancel);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        var lines = body.Lines is null ? null : OrderPricing.Merge(body.Lines.Quantities());
        var change = new OrderChange(
            "cancel",
            (id, seen) => new CancelCommand(body.Reason!, Caller.Of(user).By, lines, lines is null ? null : id, seen),
            "cn-",
            order => OrderLines.Validate(order, lines));
        return await updates.SendAsync(context, orderId, change, Answer);
    }

    private static async Task<IResult> ChangeAddressAsync(string orderId, HttpContext context, OrderUpdates updates, IOrderFactsSource facts)
    {
        var read = await RequestBody.ReadAsync(context, Address);
        if (read.Body is not { } address)
        {
            return read.Problem!;
        }

        var serviceability = await facts.ServiceabilityAsync(address.PostalCode, context.RequestAborted);
        return serviceability is null
            ? Problem.Of(
                ProblemTypes.All[RefusalSlugs.TeamUnavailable],
                RefusalSlugs.TeamUnavailable,
                "The logistics team does not answer; the address stays.",
                [KeyValuePair.Create("team", (object?)"logistics")])
            : await updates.SendAsync(
                context, orderId, new OrderChange("change-address", (_, seen) => new ChangeAddressCommand(address, serviceability, seen)), Answer);
    }

    private static Task<IResult> ConfirmAsync(string orderId, HttpContext context, OrderUpdates updates) =>
        updates.SendAsync(context, orderId, new OrderChange("confirm", (_, seen) => new ConfirmCommand(seen)), Answer);

    private static async Task<IResult> RecoverAsync(string orderId, HttpContext context, ClaimsPrincipal user, OrderUpdates updates)
    {
        var read = await RequestBody.ReadAsync(context, Recover);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        var change = new OrderChange("recover", (_, seen) => new RecoverCommand(body.Action!, body.Note, Caller.Of(user).By, body.AttentionId, seen));
        return await updates.SendAsync(context, orderId, change, Answer);
    }

    private static IResult Answer(OrderView order, string id) => TypedResults.Ok(order);
}
