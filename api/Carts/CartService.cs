using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Carts;

/// <summary>Changes a cart and returns the changed cart with its prices.</summary>
internal sealed class CartService(ICartStore carts, CartProducts products, CartPricing pricing, IOptions<OrderPolicies> policies, TimeProvider time)
{
    /// <summary>Sets the quantity of a product. Rejected if the product team answers that it is not on sale, or if the cart holds the maximum number of products.</summary>
    public async Task<IResult> PutAsync(string cartId, string productId, int quantity, CancellationToken cancellationToken)
    {
        // Where the product team does not answer, the product is validated when the order is placed.
        if (await products.TryGetAsync(productId, cancellationToken) is { } product && !(product.Known && product.OnSale))
        {
            return Refusals.ToProblem(Refusal.Of(RefusalSlugs.NotOnSale, "A product is not on sale.", new { productIds = new[] { productId } }));
        }

        // The limit is checked inside the change, which is serialized with other changes of this cart.
        var limit = policies.Value.MaxCartItems;
        var full = false;
        Cart Put(Cart cart, DateTimeOffset now)
        {
            full = cart.QuantityOf(productId) == 0 && cart.Items.Count >= limit;
            return full ? cart : cart.With(productId, quantity, now);
        }

        var answer = await ChangeAsync(cartId, Put, cancellationToken);
        return full
            ? Refusals.ToProblem(Refusal.Of(RefusalSlugs.TooManyItems, "An order holds a limited number of products.", new { maximum = limit }))
            : answer;
    }

    public async Task<IResult> ChangeAsync(string cartId, Func<Cart, DateTimeOffset, Cart> change, CancellationToken cancellationToken)
    {
        var cart = await carts.ChangeAsync(cartId, current => change(current, time.GetUtcNow()), cancellationToken);
        return TypedResults.Ok(await pricing.PriceAsync(cart, null, cancellationToken));
    }
}
