using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Returning;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Shipping;

namespace OrderOrchestration.Workflows.Exchanging;

/// <summary>Rules of exchanging (교환, hotspot 17).</summary>
public static class ExchangingRules
{
    public static Refusal? Exchange(Order order, ExchangeCommand command, DateTimeOffset now) =>
        order.FindExchange(command.ExchangeId) is not null ? null
        : command.Lines.Count == 0 ? Refusal.Of(RefusalSlugs.NothingToRefund, "An exchange names what is exchanged.")
        : ReturningRules.GoodsGoBack(order, command.Reason, command.Lines, now);

    public static DomainEvent Requested(ExchangeCommand command, DateTimeOffset now) => new ExchangeRequested(
        now, new Exchange(command.ExchangeId, command.Reason, OrderPricing.Merge(command.Lines), ExchangeStatus.Requested, now));

    /// <summary>There is no replacement: the units are refunded instead.</summary>
    public static IReadOnlyList<DomainEvent> Converted(Order order, Exchange exchange, DateTimeOffset now)
    {
        var converted = new ExchangeConverted(now, exchange.ExchangeId);
        var refund = ReturningRules.NewRefund(exchange.RefundId(), RefundKind.Return, exchange.Reason, exchange.Lines, now) with { ReturnRequired = true };
        return [converted, .. ReturningRules.Requested(order.Apply(converted), refund, now)];
    }

    /// <summary>The parcels that carry the replacement.</summary>
    public static ShipmentsRequested Shipments(Order order, Exchange exchange, DateTimeOffset now)
    {
        var preOrders = exchange.Lines.Where(line => order.PreOrderLines.Any(awaited => awaited.ProductId == line.ProductId)).ToList();
        var planned = ShipmentPlan.For(order.OrderId, exchange.Replacement.Lines, preOrders, exchange.Lines, order.Shipments.Count);
        return new ShipmentsRequested(now, planned, exchange.ExchangeId);
    }
}
