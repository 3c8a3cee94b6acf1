using System.Text.Json;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Carts;

/// <summary>The events of a cart's change: one for each product whose quantity changed.</summary>
internal static class CartEvents
{
    public const string Source = "/teams/order";

    public static IEnumerable<OrderEvent> Of(Cart before, Cart after, DateTimeOffset now)
    {
        foreach (var productId in before.Items.Concat(after.Items).Select(item => item.ProductId).Distinct(StringComparer.Ordinal))
        {
            var (was, quantity) = (before.QuantityOf(productId), after.QuantityOf(productId));
            var type = (was, quantity) switch
            {
                (0, _) => "cart.item-added",
                (_, 0) => "cart.item-removed",
                _ => "cart.item-quantity-changed",
            };
            if (was != quantity)
            {
                object data = quantity == 0 ? new { after.CartId, productId } : new { after.CartId, productId, quantity };
                yield return new OrderEvent(
                    $"{after.CartId}/{type}/{Guid.CreateVersion7():N}",
                    Source,
                    type,
                    after.CartId,
                    now,
                    JsonSerializer.SerializeToElement(data, OrderJson.Options));
            }
        }
    }
}
