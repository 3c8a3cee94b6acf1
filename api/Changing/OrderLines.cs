using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Changing;

/// <summary>Judges lines that a change names by the order as it stands.</summary>
internal static class OrderLines
{
    /// <summary>Products that the order does not hold are refused before its workflow is asked.</summary>
    public static Refusal? Judge(OrderView order, IReadOnlyList<LineQuantity>? lines)
    {
        var held = order.Lines.Select(line => line.ProductId).ToHashSet(StringComparer.Ordinal);
        var unknown = (lines ?? []).Select(line => line.ProductId).Where(productId => !held.Contains(productId)).ToList();
        return unknown.Count == 0
            ? null
            : Refusal.Of(RefusalSlugs.UnknownLine, "The order does not hold this product.", new { order.OrderId, productIds = unknown });
    }
}
