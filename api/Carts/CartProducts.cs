using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Api.Teams;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Carts;

/// <summary>Products as carts show them, cached for <see cref="OrderPolicies.CartStockCacheTtl"/>.</summary>
internal sealed class CartProducts(IServiceProvider services, HybridCache cache, IOptions<OrderPolicies> policies)
{
    /// <summary>Reads a product; <c>null</c> where the product team does not answer within <see cref="TeamTimeout"/>.</summary>
    public Task<ProductFact?> TryGetAsync(string productId, CancellationToken cancellationToken) => TeamTimeout.TryAsync(
        async token => (ProductFact?)await cache.GetOrCreateAsync(
            "product:" + productId,
            async cancel => await services.GetRequiredService<ProductClient>().GetAsync(productId, cancel),
            new HybridCacheEntryOptions { Expiration = policies.Value.CartStockCacheTtl, LocalCacheExpiration = policies.Value.CartStockCacheTtl },
            cancellationToken: token),
        cancellationToken);
}
