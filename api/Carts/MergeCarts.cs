using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Api.Carts;

/// <summary>Takes a guest's cart over into a member's (hotspot 2); done twice it changes nothing, for the guest's cart is empty then.</summary>
internal sealed class MergeCarts(ICartStore carts, CartProducts products, CartPricing pricing, IOptions<OrderPolicies> policies, TimeProvider time)
{
    public async Task<CartView> RunAsync(string memberId, string guestCartId, CancellationToken cancellationToken)
    {
        var guest = await carts.FindAsync(guestCartId, cancellationToken);
        var asked = await Task.WhenAll(guest.Items.Select(async item => (item.ProductId, Units: await AvailableAsync(item.ProductId, cancellationToken))));

        // A product that came into the guest's cart since then is left out: nobody asked what there is of it.
        var available = asked.ToDictionary(product => product.ProductId, product => product.Units, StringComparer.Ordinal);
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

    // Where the product team is silent nothing is capped: the order will judge, and no customer loses what it chose.
    private async Task<int> AvailableAsync(string productId, CancellationToken cancellationToken) =>
        await products.TryGetAsync(productId, cancellationToken) switch
        {
            null or { Known: true, OnSale: true, PreOrder: true } => int.MaxValue,
            { Known: true, OnSale: true } product => Math.Max(0, product.Available),
            _ => 0,
        };
}
