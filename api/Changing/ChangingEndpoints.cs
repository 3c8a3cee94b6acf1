using System.Security.Claims;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Placing;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Changing;

/// <summary>What a person asks of an order after it was placed: cancel it, change where it goes, keep the goods, resolve a stuck step.</summary>
internal static class ChangingEndpoints
{
    private const int LongestText = 500;

    public static void MapChanging(this IEndpointRouteBuilder orders)
    {
        Describe(orders.MapPost("/{orderId}/cancellation", CancelAsync).Accepts<CancelBody>("application/json"), "Cancels the order (주문 취소).");
        Describe(
            orders.MapPut("/{orderId}/shipping-address", ChangeAddressAsync).Accepts<ShippingAddress>("application/json"),
            "Changes where the order goes (배송지 변경); not after dispatch.");
        Describe(orders.MapPost("/{orderId}/confirmation", ConfirmAsync), "The customer keeps the goods (구매 확정).");
        Describe(
            orders.MapPost("/{orderId}/recovery", RecoverAsync).Accepts<RecoverBody>("application/json"), "An operator resolves the stuck step.");
    }

    private static void Describe(RouteHandlerBuilder endpoint, string summary) => endpoint
        .WithSummary(summary)
        .Produces<OrderView>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> CancelAsync(string orderId, HttpContext context, ClaimsPrincipal user, OrderUpdates updates)
    {
        var read = await JsonBody.ReadAsync<CancelBody>(context.Request, context.RequestAborted);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        var errors = new ShapeErrors();
        errors.Text("reason", body.Reason, LongestText);
        if (errors.ToDictionary() is { Count: > 0 } wrong)
        {
            return Problem.Malformed(wrong);
        }

        var command = new CancelCommand(body.Reason!, Caller.Of(user).By);
        return await updates.AskAsync(context, user, orderId, read.Raw, new OrderChange("cancel", _ => command, _ => RefusalSlugs.AlreadyClosed), Answer);
    }

    private static async Task<IResult> ChangeAddressAsync(string orderId, HttpContext context, ClaimsPrincipal user, OrderUpdates updates)
    {
        var read = await JsonBody.ReadAsync<ShippingAddress>(context.Request, context.RequestAborted);
        if (read.Body is not { } address)
        {
            return read.Problem!;
        }

        return OrderShape.Check("shipTo", address) is { Count: > 0 } errors
            ? Problem.Malformed(errors)
            : await updates.AskAsync(
                context, user, orderId, read.Raw, new OrderChange("change-address", _ => address, _ => RefusalSlugs.AlreadyDispatched), Answer);
    }

    private static Task<IResult> ConfirmAsync(string orderId, HttpContext context, ClaimsPrincipal user, OrderUpdates updates) =>
        updates.AskAsync(context, user, orderId, default, new OrderChange("confirm", _ => null, _ => RefusalSlugs.AlreadyClosed), Answer);

    private static async Task<IResult> RecoverAsync(string orderId, HttpContext context, ClaimsPrincipal user, OrderUpdates updates)
    {
        var caller = Caller.Of(user);
        if (!caller.IsStaff)
        {
            return Problem.Forbidden();
        }

        var read = await JsonBody.ReadAsync<RecoverBody>(context.Request, context.RequestAborted);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        var errors = new ShapeErrors();
        errors.When(body.Action is not ("retry" or "skip" or "compensate"), "action", "one of retry, skip, compensate");
        errors.Longest("note", body.Note, LongestText);
        if (errors.ToDictionary() is { Count: > 0 } wrong)
        {
            return Problem.Malformed(wrong);
        }

        var command = new RecoverCommand(body.Action!, body.Note, caller.By);
        return await updates.AskAsync(context, user, orderId, read.Raw, new OrderChange("recover", _ => command, _ => RefusalSlugs.NotStuck), Answer);
    }

    private static IResult Answer(OrderView order, string id) => TypedResults.Ok(order);

    /// <summary>Body of a cancellation.</summary>
    internal sealed record CancelBody(string? Reason);

    /// <summary>Body of a recovery.</summary>
    internal sealed record RecoverBody(string? Action, string? Note = null);
}
