using System.Security.Claims;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Carts;

/// <summary>Changes a cart and answers it as it then stands.</summary>
internal sealed class CartDesk(ICartStore carts, CartProducts products, CartPricing pricing, IOptions<OrderPolicies> policies, TimeProvider time)
{
    public async Task<IResult> ChangeAsync(
        ClaimsPrincipal user, string cartId, Func<Cart, DateTimeOffset, Cart> change, CancellationToken cancellationToken) =>
        CartAccess.Refuse(user, cartId) ?? await SaveAsync(cartId, change, cancellationToken);

    /// <summary>Puts a product in: it must be on sale, and a cart holds a limited number of products.</summary>
    public async Task<IResult> PutAsync(string cartId, string productId, int quantity, CancellationToken cancellationToken)
    {
        if (await products.GetAsync(productId, cancellationToken) is not { Known: true, OnSale: true })
        {
            return Refusals.ToProblem(Refusal.Of(RefusalSlugs.NotOnSale, "A product is not on sale.", new { productIds = new[] { productId } }));
        }

        // Judged inside the change, where no other change of this cart can come between.
        var limit = policies.Value.MaxCartItems;
        var full = false;
        Cart Put(Cart cart, DateTimeOffset now)
        {
            full = cart.QuantityOf(productId) == 0 && cart.Items.Count >= limit;
            return full ? cart : cart.With(productId, quantity, now);
        }

        var answer = await SaveAsync(cartId, Put, cancellationToken);
        return full
            ? Refusals.ToProblem(Refusal.Of(RefusalSlugs.TooManyItems, "An order holds a limited number of products.", new { maximum = limit }))
            : answer;
    }

    private async Task<IResult> SaveAsync(string cartId, Func<Cart, DateTimeOffset, Cart> change, CancellationToken cancellationToken)
    {
        var cart = await carts.ChangeAsync(cartId, current => change(current, time.GetUtcNow()), cancellationToken);
        return TypedResults.Ok(await pricing.PriceAsync(cart, null, cancellationToken));
    }
}

/// <summary>Takes a guest's cart over into a member's (hotspot 2); done twice it changes nothing, for the guest's cart is empty then.</summary>
internal sealed class MergeCarts(ICartStore carts, CartProducts products, CartPricing pricing, IOptions<OrderPolicies> policies, TimeProvider time)
{
    public async Task<CartView> RunAsync(string memberId, string guestCartId, CancellationToken cancellationToken)
    {
        var guest = await carts.FindAsync(guestCartId, cancellationToken);
        var known = await Task.WhenAll(guest.Items.Select(item => products.GetAsync(item.ProductId, cancellationToken)));

        // A product that came into the guest's cart since then is left out: nobody asked what there is of it.
        var available = known.ToDictionary(
            product => product.ProductId,
            product => product is { Known: true, OnSale: true } ? (product.PreOrder ? int.MaxValue : product.Available) : 0,
            StringComparer.Ordinal);
        IReadOnlyList<string> leftOut = [];
        Cart Merge(Cart member, Cart current)
        {
            (var merged, leftOut) = member.Merge(
                current, productId => available.GetValueOrDefault(productId), policies.Value.MaxCartItems, time.GetUtcNow());
            return merged;
        }

        var cart = await carts.MergeAsync(memberId, guestCartId, Merge, cancellationToken);
        return await pricing.PriceAsync(cart, leftOut, cancellationToken);
    }
}
