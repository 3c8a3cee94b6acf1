using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Carts;

/// <summary>Carts (장바구니): adding and removing products, and pricing. Every endpoint returns the current cart.</summary>
internal static class CartEndpoints
{
    private static readonly ItemBodyValidator Item = new();
    private static readonly CouponBodyValidator Coupon = new();
    private static readonly PointsBodyValidator Points = new();
    private static readonly MergeBodyValidator Guest = new();

    public static void AddCarts(this IServiceCollection services)
    {
        services.AddHybridCache();
        services.AddSingleton<CartProducts>();
        services.AddTransient<CartPricing>();
        services.AddTransient<CartService>();
        services.AddTransient<MergeCarts>();
        services.AddHostedService<CartHousekeeping>();
    }

    public static void MapCarts(this IEndpointRouteBuilder v1)
    {
        var carts = v1.MapGroup("/carts").WithTags("carts").RequireAuthorization(AccessPolicies.OwnCart);
        carts.MapGet("/{cartId}", GetAsync).Describe("The cart, priced as an order would be.", []);
        carts.MapPut("/{cartId}/items/{productId}", PutItemAsync).Accepts<ItemBody>("application/json")
            .Describe("Sets the quantity of a product.", [RefusalSlugs.NotOnSale, RefusalSlugs.TooManyItems]);
        carts.MapDelete("/{cartId}/items/{productId}", RemoveItemAsync).Describe("Removes a product.", []);
        carts.MapPut("/{cartId}/coupon", PutCouponAsync).Accepts<CouponBody>("application/json")
            .Describe("Applies a coupon; at most one per order.", [RefusalSlugs.CouponRejected]);
        carts.MapDelete("/{cartId}/coupon", RemoveCouponAsync).Describe("Removes the coupon.", []);
        carts.MapPut("/{cartId}/points", PutPointsAsync).Accepts<PointsBody>("application/json").Describe("Uses points.", [RefusalSlugs.PointsRejected]);
        carts.MapDelete("/{cartId}/points", RemovePointsAsync).Describe("Stops using points.", []);
        carts.MapPost("/{cartId}/merge", MergeAsync).Accepts<MergeBody>("application/json").Describe("Merges a guest's cart into the member's.", []);
    }

    private static void Describe(this RouteHandlerBuilder endpoint, string summary, string[] slugs) =>
        endpoint.WithSummary(summary).Produces<CartView>().ProducesProblems(slugs);

    private static async Task<IResult> GetAsync(string cartId, ICartStore carts, CartPricing pricing, CancellationToken cancellationToken) =>
        TypedResults.Ok(await pricing.PriceAsync(await carts.FindAsync(cartId, cancellationToken), null, cancellationToken));

    private static async Task<IResult> PutItemAsync(string cartId, string productId, HttpContext context, CartService service)
    {
        var read = await RequestBody.ReadAsync(context, Item);
        return read.Body is { Quantity: { } quantity } ? await service.PutAsync(cartId, productId, quantity, context.RequestAborted) : read.Problem!;
    }

    private static Task<IResult> RemoveItemAsync(string cartId, string productId, CartService service, CancellationToken cancellationToken) =>
        service.ChangeAsync(cartId, (cart, now) => cart.With(productId, 0, now), cancellationToken);

    private static async Task<IResult> PutCouponAsync(string cartId, HttpContext context, ICartStore carts, CartPricing pricing, CartService service)
    {
        var read = await RequestBody.ReadAsync(context, Coupon);
        if (read.Body is not { Code: { } code })
        {
            return read.Problem!;
        }

        var cart = await carts.FindAsync(cartId, context.RequestAborted);
        return await pricing.CouponProblemAsync(cart, code, context.RequestAborted) is { } reason
            ? Refusals.ToProblem(OrderRules.CouponRejected(code, reason))
            : await service.ChangeAsync(cartId, (current, _) => current with { CouponCode = code }, context.RequestAborted);
    }

    private static Task<IResult> RemoveCouponAsync(string cartId, CartService service, CancellationToken cancellationToken) =>
        service.ChangeAsync(cartId, (cart, _) => cart with { CouponCode = null }, cancellationToken);

    private static async Task<IResult> PutPointsAsync(string cartId, HttpContext context, ICartStore carts, CartPricing pricing, CartService service)
    {
        var read = await RequestBody.ReadAsync(context, Points);
        if (read.Body is not { Points: { } amount })
        {
            return read.Problem!;
        }

        var points = new Won(amount);
        var cart = await carts.FindAsync(cartId, context.RequestAborted);
        return await pricing.PointsProblemAsync(cart, points, context.RequestAborted) is { } reason
            ? Refusals.ToProblem(OrderRules.PointsRejected(points, reason))
            : await service.ChangeAsync(cartId, (current, _) => current with { Points = points }, context.RequestAborted);
    }

    private static Task<IResult> RemovePointsAsync(string cartId, CartService service, CancellationToken cancellationToken) =>
        service.ChangeAsync(cartId, (cart, _) => cart with { Points = Won.Zero }, cancellationToken);

    private static async Task<IResult> MergeAsync(string cartId, HttpContext context, MergeCarts merge)
    {
        if (CartNames.IsGuest(cartId))
        {
            return Problem.Malformed("cartId", "a guest's cart is merged into a member's");
        }

        var read = await RequestBody.ReadAsync(context, Guest);
        return read.Body is { GuestCartId: { } guest } ? TypedResults.Ok(await merge.RunAsync(cartId, guest, context.RequestAborted)) : read.Problem!;
    }
}
