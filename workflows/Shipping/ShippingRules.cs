using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Workflows.Shipping;

/// <summary>
/// Which lines ship together (hotspots 3, 9, 11, 12): those of one warehouse and one readiness; an order has one recipient. The reservation names the
/// warehouse of a line part; a pre-order line is in no reservation and ships on its own.
/// </summary>
public static class ShipmentPlan
{
    /// <summary>The warehouse named for goods that are not in stock yet: the logistics team ships them from where they arrive.</summary>
    public const string PreOrderWarehouse = "pre-order";

    /// <summary>Parcels in the order of their first line, numbered <c>orderId-1</c> upwards.</summary>
    /// <param name="units">The units to ship; other reserved units are not shipped.</param>
    /// <param name="before">How many parcels the order has requested before.</param>
    public static IReadOnlyList<PlannedShipment> For(
        string orderId, IReadOnlyList<ReservedLine> reserved, IReadOnlyList<LineQuantity> preOrders, IReadOnlyList<LineQuantity> units, int before = 0)
    {
        var left = units.ToDictionary(unit => unit.ProductId, unit => unit.Quantity, StringComparer.Ordinal);
        var inStock = reserved
            .Select(line => line with { Quantity = Take(left, line.ProductId, line.Quantity) })
            .Where(line => line.Quantity > 0)
            .GroupBy(line => line.WarehouseId, StringComparer.Ordinal)
            .Select(group => (Warehouse: group.Key, Lines: OrderPricing.Merge([.. group.Select(line => new LineQuantity(line.ProductId, line.Quantity))])));
        var awaited = preOrders
            .Select(line => line with { Quantity = Take(left, line.ProductId, line.Quantity) })
            .Where(line => line.Quantity > 0)
            .Select(line => (Warehouse: PreOrderWarehouse, Lines: (IReadOnlyList<LineQuantity>)[line]));
        return [.. inStock.ToList().Concat(awaited).Select((part, i) => new PlannedShipment($"{orderId}-{before + i + 1}", part.Warehouse, part.Lines))];
    }

    private static int Take(Dictionary<string, int> left, string productId, int most)
    {
        var taken = Math.Min(left.GetValueOrDefault(productId), most);
        left[productId] = left.GetValueOrDefault(productId) - taken;
        return taken;
    }
}

/// <summary>Rules of shipping (배송, seed §5.4).</summary>
public static class ShippingRules
{
    /// <summary>출고 후 배송지 변경 불가; after payment, a change that costs more is rejected (domain §4, smaller decisions).</summary>
    public static Refusal? ChangeAddress(Order order, ChangeAddressCommand command)
    {
        if (order.IsClosed || order.Cancellation is not null)
        {
            return Refusal.Of(RefusalSlugs.AlreadyClosed, "The order is closed.", new { status = order.Status });
        }

        if (order.Shipments.Exists(shipment => shipment is { ExchangeId: null } && (shipment.IsDispatching || shipment.IsUnderWay)))
        {
            return AlreadyDispatched(order);
        }

        if (order.OpenAttempt is { } open)
        {
            return Refusal.Of(RefusalSlugs.PaymentInProgress, "A payment is in progress.", new { attempt = open.Number });
        }

        if (!command.Serviceability.Deliverable)
        {
            return Refusal.Of(
                RefusalSlugs.UndeliverableAddress, "Nothing is delivered to this postal code.", new { postalCode = command.ShipTo.PostalCode });
        }

        if (order.Quote is null || order.PendingAddress is not null)
        {
            return Refusal.Of(RefusalSlugs.OrderBusy, "The order is being placed, or another change of address is under way; try again.", new { status = order.Status });
        }

        if (order.AddressUncertain)
        {
            return AddressUnanswered();
        }

        var surcharge = Quote(order, command.Serviceability, order.Quote.Lines.Select(line => new LineQuantity(line.ProductId, line.Quantity))).Amounts.ShippingFee
            - order.Quote.Amounts.ShippingFee;
        return order.IsPaid && surcharge > Money.Won.Zero
            ? Refusal.Of(RefusalSlugs.AddressChangesPrice, "Shipping there costs more than was paid.", new { surcharge })
            : null;
    }

    /// <summary>
    /// The change of address: priced again before payment; requested at logistics if parcels are requested. The current address changes nothing.
    /// </summary>
    public static IReadOnlyList<DomainEvent> AddressChanged(Order order, ChangeAddressCommand command, DateTimeOffset now)
    {
        if (command.ShipTo == order.ShipTo)
        {
            return [];
        }

        if (order.TravellingShipments.Any())
        {
            return [new AddressChangeRequested(now, command.ShipTo)];
        }

        if (order.IsPaid || order.Quote is not { } quote)
        {
            return [new ShippingAddressChanged(now, command.ShipTo)];
        }

        var facts = order.Facts! with { Serviceability = command.Serviceability };
        var repriced = Quote(order, command.Serviceability, quote.Lines.Select(line => new LineQuantity(line.ProductId, line.Quantity)));
        return [new OrderRepriced(now, repriced, facts, []), new ShippingAddressChanged(now, command.ShipTo)];
    }

    /// <summary>Logistics has not answered this change of address, or an earlier one: until it has, the current address is sent.</summary>
    public static Refusal AddressUnanswered() =>
        Refusal.Of(RefusalSlugs.TeamUnavailable, "The logistics team does not answer; the address stays.", new { team = "logistics" });

    public static Refusal AlreadyDispatched(Order order) =>
        Refusal.Of(RefusalSlugs.AlreadyDispatched, "The order is dispatched; its address stays.", new { status = order.Status });

    /// <summary>The parcels of an order that is paid: every unit that was not cancelled meanwhile.</summary>
    public static ShipmentsRequested FirstShipments(Order order, DateTimeOffset now) => new(
        now, ShipmentPlan.For(order.OrderId, order.Stock.Lines, order.PreOrderLines, order.LinesLeft));

    /// <summary>The request to stop parcels, under its own keys; parcels that were never accepted are requested first.</summary>
    public static StopShipments Stop(Order order, IEnumerable<Shipment> shipments, Recording.OrderRecord? record)
    {
        var parcels = shipments.ToList();
        return new StopShipments(
            record,
            order.OrderId,
            [.. parcels.Select(shipment => shipment.ShipmentId)],
            [.. parcels.Where(shipment => !shipment.Accepted).Select(shipment => Request(order, shipment, null))],
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{order.OrderId}/stop-shipments/{order.StopRequests}"));
    }

    public static RequestShipment Request(Order order, Shipment shipment, Recording.OrderRecord? record) => new(
        record,
        order.OrderId,
        new PlannedShipment(shipment.ShipmentId, shipment.WarehouseId, shipment.Lines),
        order.ShipTo,
        order.Request.DeliveryNote,
        $"{order.OrderId}/request-shipping/{shipment.ShipmentId}");

    /// <summary>Requests stopped parcels again, as new ones, without some units.</summary>
    public static IReadOnlyList<DomainEvent> Again(Order order, IEnumerable<string> stopped, IReadOnlyList<LineQuantity> without, DateTimeOffset now)
    {
        var left = without.ToDictionary(unit => unit.ProductId, unit => unit.Quantity, StringComparer.Ordinal);
        var again = stopped
            .Select(shipmentId => order.FindShipment(shipmentId)!)
            .Select(shipment => (shipment.WarehouseId, Lines: (IReadOnlyList<LineQuantity>)
            [
                .. shipment.Lines.Select(line => Without(left, line)).Where(line => line.Quantity > 0),
            ]))
            .Where(parcel => parcel.Lines.Count > 0)
            .ToList();
        return again.Count == 0
            ? []
            : [new ShipmentsRequested(now, [.. again.Select((parcel, i) => new PlannedShipment($"{order.OrderId}-{order.Shipments.Count + i + 1}", parcel.WarehouseId, parcel.Lines))])];
    }

    /// <summary>Completes the delivery if the last parcel has arrived.</summary>
    public static IReadOnlyList<DomainEvent> DeliveredIfAll(Order order, DateTimeOffset now)
    {
        var travelling = order.TravellingShipments.ToList();
        return order is { IsDelivered: false, IsClosed: false } && travelling.Count > 0 && travelling.TrueForAll(shipment => shipment.Status == ShipmentStatus.Delivered)
            ? [new OrderDelivered(now)]
            : [];
    }

    /// <summary>
    /// 배송 불가: a parcel was returned, or counts as lost. The whole share of its goods is refunded; if no parcel is left, the order is cancelled with
    /// full compensation, shipping fee and coupon included.
    /// </summary>
    public static IReadOnlyList<DomainEvent> ReturnedToSender(Order order, Shipment shipment, DateTimeOffset now)
    {
        var closed = new ShipmentClosed(now, shipment.ShipmentId);
        if (order.IsCancelled)
        {
            return [closed]; // Its money is part of the refund of the whole order.
        }

        if (shipment.ExchangeId is null && !order.TravellingShipments.Any() && !order.IsDelivered)
        {
            return [closed, new OrderCancelled(now, CancelReason.Undeliverable, "policy", "no parcel could be delivered")];
        }

        var refund = new Refund($"{shipment.ShipmentId}-undeliverable", RefundKind.Undeliverable, RefundReasons.Undeliverable, shipment.Lines, now)
        {
            Status = RefundStatus.Processing,
            RequestedBy = "policy",
            GoodsBackAt = now,
            Restocked = true,
        };
        var events = new List<DomainEvent> { closed };
        if (order.FindExchange(shipment.ExchangeId) is { } exchange)
        {
            events.AddRange(ExchangeProgress.After(order.Apply(closed), exchange, now));
        }

        var priced = refund with { Amount = RefundPricing.Of(order, refund) };
        events.Add(new RefundRequested(now, priced));
        events.Add(new RefundApproved(now, refund.RefundId, "policy", null));
        var after = events.Aggregate(order, (state, change) => state.Apply(change));
        return [.. events, .. DeliveredIfAll(after, now)];
    }

    internal static OrderQuote Quote(Order order, ServiceabilityFact serviceability, IEnumerable<LineQuantity> lines) =>
        OrderPricing.Quote([.. lines], order.Facts! with { Serviceability = serviceability }, order.Request.Points, order.Policies);

    private static LineQuantity Without(Dictionary<string, int> left, LineQuantity line)
    {
        var taken = Math.Min(left.GetValueOrDefault(line.ProductId), line.Quantity);
        left[line.ProductId] = left.GetValueOrDefault(line.ProductId) - taken;
        return line with { Quantity = line.Quantity - taken };
    }
}

/// <summary>Parcels that were requested and that logistics has not accepted.</summary>
public static class RequestedParcels
{
    extension(Order order)
    {
        /// <summary>A parcel is being requested; a parcel that waits for an operator does not count.</summary>
        public bool AwaitsParcelAcceptance => order.TravellingShipments.Any(shipment =>
            !shipment.Accepted && !order.Attentions.Exists(attention => attention.IsOpen() && attention.ProcessKey == ShipmentProcess.ProcessKeyOf(shipment.ShipmentId)));
    }
}
