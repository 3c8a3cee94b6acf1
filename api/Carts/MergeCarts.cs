using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Api.Carts;

/// <summary>Merges a guest's cart into a member's (hotspot 2). Idempotent: the merge empties the guest's cart, so that a repetition changes nothing.</summary>
internal sealed class MergeCarts(ICartStore carts, CartProducts products, CartPricing pricing, IOptions<OrderPolicies> policies, TimeProvider time)
{
    public async Task<CartView> RunAsync(string memberId, string guestCartId, CancellationToken cancellationToken)
    {
        var guest = await carts.FindAsync(guestCartId, cancellationToken);
        var reads = await Task.WhenAll(guest.Items.Select(async item => (item.ProductId, Units: await AvailableAsync(item.ProductId, cancellationToken))));

        // A product that was added to the guest's cart after this read is skipped, because its availability was not read.
        var available = reads.ToDictionary(product => product.ProductId, product => product.Units, StringComparer.Ordinal);
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

    // Where the product team does not answer, the quantity is not capped: the customer keeps its selection, and stock is checked when the order is placed.
    private async Task<int> AvailableAsync(string productId, CancellationToken cancellationToken) =>
        await products.TryGetAsync(productId, cancellationToken) switch
        {
            null or { Known: true, OnSale: true, PreOrder: true } => int.MaxValue,
            { Known: true, OnSale: true } product => Math.Max(0, product.Available),
            _ => 0,
        };
}
