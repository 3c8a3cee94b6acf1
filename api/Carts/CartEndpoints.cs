using System.Security.Claims;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Carts;

/// <summary>Carts (장바구니): putting in, taking out, and what it would cost. Every answer is the cart as it then stands.</summary>
internal static class CartEndpoints
{
    private const int MostUnits = 10_000;

    public static void AddCarts(this IServiceCollection services)
    {
        services.AddSingleton<CartProducts>();
        services.AddTransient<CartPricing>();
        services.AddTransient<CartDesk>();
        services.AddTransient<MergeCarts>();
    }

    public static void MapCarts(this IEndpointRouteBuilder v1)
    {
        var carts = v1.MapGroup("/carts").WithTags("carts").AllowAnonymous(); // A guest has no token; CartAccess guards members' carts.
        Describe(carts.MapGet("/{cartId}", GetAsync), "The cart, priced as an order would be.");
        Describe(carts.MapPut("/{cartId}/items/{productId}", PutItemAsync).Accepts<ItemBody>("application/json"), "Sets the quantity of a product.");
        Describe(carts.MapDelete("/{cartId}/items/{productId}", RemoveItemAsync), "Takes a product out.");
        Describe(carts.MapPut("/{cartId}/coupon", PutCouponAsync).Accepts<CouponBody>("application/json"), "Applies a coupon: one an order.");
        Describe(carts.MapDelete("/{cartId}/coupon", RemoveCouponAsync), "Takes the coupon off.");
        Describe(carts.MapPut("/{cartId}/points", PutPointsAsync).Accepts<PointsBody>("application/json"), "Uses points.");
        Describe(carts.MapDelete("/{cartId}/points", RemovePointsAsync), "Uses no points.");
        Describe(carts.MapPost("/{cartId}/merge", MergeAsync).Accepts<MergeBody>("application/json"), "Takes a guest's cart over into the member's.");
    }

    private static void Describe(RouteHandlerBuilder endpoint, string summary) => endpoint
        .WithSummary(summary)
        .Produces<CartView>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> GetAsync(
        string cartId, ClaimsPrincipal user, ICartStore carts, CartPricing pricing, CancellationToken cancellationToken) =>
        CartAccess.Refuse(user, cartId)
            ?? (IResult)TypedResults.Ok(await pricing.PriceAsync(await carts.FindAsync(cartId, cancellationToken), null, cancellationToken));

    private static async Task<IResult> PutItemAsync(
        string cartId, string productId, HttpContext context, ClaimsPrincipal user, CartDesk desk)
    {
        if (CartAccess.Refuse(user, cartId) is { } refused)
        {
            return refused;
        }

        var read = await JsonBody.ReadAsync<ItemBody>(context.Request, context.RequestAborted);
        return read.Body switch
        {
            null => read.Problem!,
            { Quantity: not (>= 1 and <= MostUnits) } => Problem.Malformed("quantity", $"a whole number from 1 to {MostUnits} is needed"),
            { Quantity: { } quantity } => await desk.PutAsync(cartId, productId, quantity, context.RequestAborted),
        };
    }

    private static Task<IResult> RemoveItemAsync(string cartId, string productId, ClaimsPrincipal user, CartDesk desk, CancellationToken cancellationToken) =>
        desk.ChangeAsync(user, cartId, (cart, now) => cart.With(productId, 0, now), cancellationToken);

    private static async Task<IResult> PutCouponAsync(
        string cartId, HttpContext context, ClaimsPrincipal user, ICartStore carts, CartPricing pricing, CartDesk desk)
    {
        if (CartAccess.Refuse(user, cartId) is { } refused)
        {
            return refused;
        }

        var read = await JsonBody.ReadAsync<CouponBody>(context.Request, context.RequestAborted);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        if (string.IsNullOrWhiteSpace(body.Code))
        {
            return Problem.Malformed("code", "is needed");
        }

        var cart = await carts.FindAsync(cartId, context.RequestAborted);
        return await pricing.CouponProblemAsync(cart, body.Code, context.RequestAborted) is { } reason
            ? Refusals.ToProblem(OrderRules.CouponRejected(body.Code, reason))
            : await desk.ChangeAsync(user, cartId, (current, _) => current with { CouponCode = body.Code }, context.RequestAborted);
    }

    private static Task<IResult> RemoveCouponAsync(string cartId, ClaimsPrincipal user, CartDesk desk, CancellationToken cancellationToken) =>
        desk.ChangeAsync(user, cartId, (cart, _) => cart with { CouponCode = null }, cancellationToken);

    private static async Task<IResult> PutPointsAsync(
        string cartId, HttpContext context, ClaimsPrincipal user, ICartStore carts, CartPricing pricing, CartDesk desk)
    {
        if (CartAccess.Refuse(user, cartId) is { } refused)
        {
            return refused;
        }

        var read = await JsonBody.ReadAsync<PointsBody>(context.Request, context.RequestAborted);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        if (body.Points is not >= 0)
        {
            return Problem.Malformed("points", "zero or more are needed");
        }

        var points = new Won(body.Points.Value);
        var cart = await carts.FindAsync(cartId, context.RequestAborted);
        return await pricing.PointsProblemAsync(cart, points, context.RequestAborted) is { } reason
            ? Refusals.ToProblem(OrderRules.PointsRejected(points, reason))
            : await desk.ChangeAsync(user, cartId, (current, _) => current with { Points = points }, context.RequestAborted);
    }

    private static Task<IResult> RemovePointsAsync(string cartId, ClaimsPrincipal user, CartDesk desk, CancellationToken cancellationToken) =>
        desk.ChangeAsync(user, cartId, (cart, _) => cart with { Points = Won.Zero }, cancellationToken);

    private static async Task<IResult> MergeAsync(string cartId, HttpContext context, ClaimsPrincipal user, MergeCarts merge)
    {
        if (CartAccess.Refuse(user, cartId) is { } refused)
        {
            return refused;
        }

        var read = await JsonBody.ReadAsync<MergeBody>(context.Request, context.RequestAborted);
        return read.Body switch
        {
            null => read.Problem!,
            _ when CartAccess.IsGuest(cartId) => Problem.Malformed("memberId", "a guest's cart is merged into a member's"),
            { GuestCartId: { } guest } when CartAccess.IsGuest(guest) => TypedResults.Ok(await merge.RunAsync(cartId, guest, context.RequestAborted)),
            _ => Problem.Malformed("guestCartId", "the UUID of a guest's cart is needed"),
        };
    }

    /// <summary>Body of an item.</summary>
    internal sealed record ItemBody(int? Quantity);

    /// <summary>Body of a coupon.</summary>
    internal sealed record CouponBody(string? Code);

    /// <summary>Body of points.</summary>
    internal sealed record PointsBody(long? Points);

    /// <summary>Body of a merge.</summary>
    internal sealed record MergeBody(string? GuestCartId);
}
