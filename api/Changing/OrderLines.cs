using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Changing;

/// <summary>Validates the lines of a command against the current order.</summary>
internal static class OrderLines
{
    /// <summary>Rejects products that the order does not contain, before an update is sent to its workflow.</summary>
    public static Refusal? Validate(OrderView order, IReadOnlyList<LineQuantity>? lines)
    {
        var held = order.Lines.Select(line => line.ProductId).ToHashSet(StringComparer.Ordinal);
        var unknown = (lines ?? []).Select(line => line.ProductId).Where(productId => !held.Contains(productId)).ToList();
        return unknown.Count == 0
            ? null
            : Refusal.Of(RefusalSlugs.UnknownLine, "The order does not hold this product.", new { order.OrderId, productIds = unknown });
    }
}
