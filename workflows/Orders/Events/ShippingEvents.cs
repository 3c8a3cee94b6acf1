using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Workflows.Orders.Events;

/// <summary>The commit of the reservation (its sale) is requested.</summary>
public sealed record StockCommitRequested(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { Stock = order.Stock with { Status = StockStatus.CommitRequested } };
}

/// <summary>The stock is committed (sold) to this order.</summary>
public sealed record StockCommitted(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var units = order.Ledger.Find(entry => entry.Kind == LedgerKind.Reserved && entry.Cause == "order")?.Units ?? [];
        var committed = order with { Stock = order.Stock with { Status = StockStatus.Committed } };
        return units.Count == 0 ? committed : committed.With(LedgerKind.Committed, "order", At, units: units);
    }
}

/// <summary>The reservation had expired when its commit was requested.</summary>
public sealed record StockCommitExpired(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var units = order.Ledger.Find(entry => entry.Kind == LedgerKind.Reserved && entry.Cause == "order")?.Units ?? [];
        return (order with { Stock = order.Stock with { Status = StockStatus.Released } }).With(LedgerKind.Released, "order", At, units: units);
    }
}

/// <summary>주문이 확정되었다: paid and stock committed.</summary>
public sealed record OrderConfirmed(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { ConfirmedAt = At };
}

/// <summary>배송이 요청되었다: parcels of the order, or of an exchange.</summary>
public sealed record ShipmentsRequested(DateTimeOffset At, IReadOnlyList<PlannedShipment> Planned, string? ExchangeId = null) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var asked = order with
        {
            Shipments = order.Shipments.AddRange(Planned.Select(planned =>
                new Shipment(planned.ShipmentId, planned.WarehouseId, planned.Lines) { ExchangeId = ExchangeId, LastEventAt = At })),
        };
        return ExchangeId is null ? asked : asked.ChangeExchange(ExchangeId, exchange => exchange with { ShippingRequested = true });
    }
}

/// <summary>The logistics team has accepted the request for a parcel.</summary>
public sealed record ShipmentAccepted(DateTimeOffset At, string ShipmentId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeShipment(ShipmentId, shipment => shipment with { Accepted = true });
}

/// <summary>An event of the logistics team moved a parcel, or added details.</summary>
public sealed record ShipmentMoved(DateTimeOffset At, Shipment Shipment, PartnerEvent Received) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeShipment(Shipment.ShipmentId, _ => Shipment with { LastEventAt = At });
}

/// <summary>The wait for events of a parcel starts again: the courier has scanned it since, or an operator chose to wait on.</summary>
public sealed record ShipmentAwaitedAgain(DateTimeOffset At, string ShipmentId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeShipment(ShipmentId, shipment => shipment with { LastEventAt = At });
}

/// <summary>Nothing more is awaited of a parcel.</summary>
public sealed record ShipmentClosed(DateTimeOffset At, string ShipmentId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeShipment(ShipmentId, shipment => shipment with { Closed = true });
}

/// <summary>주문 배송이 완료되었다: the last parcel arrived.</summary>
public sealed record OrderDelivered(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { DeliveredAt = At, AutoConfirmAt = At + order.Policies.AutoConfirmAfter };
}

/// <summary>배송 3회 실패 시 자동 반송: a parcel is to be sent back.</summary>
public sealed record ShipmentReturnRequested(DateTimeOffset At, string ShipmentId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeShipment(
        ShipmentId, shipment => shipment with { Status = ShipmentStatus.Returning, LastEventAt = At });
}

/// <summary>The logistics team has accepted the request to send a parcel back.</summary>
public sealed record ShipmentReturnAccepted(DateTimeOffset At, string ShipmentId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeShipment(ShipmentId, shipment => shipment with { ReturnAccepted = true, LastEventAt = At });
}

/// <summary>An operator closed a parcel that logistics did not report any more: it counts as undeliverable and its goods as lost.</summary>
public sealed record ShipmentLost(DateTimeOffset At, string ShipmentId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeShipment(
        ShipmentId, shipment => shipment with { Status = ShipmentStatus.Returned, Restocked = true });
}

/// <summary>Goods of a returned parcel are in stock again.</summary>
public sealed record ShipmentRestocked(DateTimeOffset At, string ShipmentId, IReadOnlyList<LineQuantity> Units) : DomainEvent(At)
{
    public override Order ApplyTo(Order order)
    {
        var restocked = order.ChangeShipment(ShipmentId, shipment => shipment with { Restocked = true });
        return Units.Count == 0 ? restocked : restocked.With(LedgerKind.Restored, ShipmentId, At, units: Units);
    }
}

/// <summary>A parcel was stopped before it left.</summary>
public sealed record ShipmentStopped(DateTimeOffset At, string ShipmentId) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order.ChangeShipment(
        ShipmentId, shipment => shipment with { Status = ShipmentStatus.Cancelled, Closed = true });
}

/// <summary>Logistics is asked to stop parcels; each request has its own idempotency keys.</summary>
public sealed record StopRequested(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { StopRequests = order.StopRequests + 1 };
}

/// <summary>Logistics is asked to send the parcels to another address.</summary>
public sealed record AddressChangeRequested(DateTimeOffset At, ShippingAddress ShipTo) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { PendingAddress = ShipTo, AddressRequests = order.AddressRequests + 1 };
}

/// <summary>배송지가 선택되었다: the parcels go to another address.</summary>
/// <param name="Uncertain">A parcel may have been requested with the previous address, without an answer: the current address is sent once logistics has accepted the parcel.</param>
public sealed record ShippingAddressChanged(DateTimeOffset At, ShippingAddress ShipTo, bool Uncertain = false) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with
    {
        ShipTo = ShipTo,
        PendingAddress = null,
        AddressChanges = order.AddressChanges + 1,
        AddressUncertain = order.AddressUncertain || Uncertain,
        AddressRequests = Uncertain ? order.AddressRequests + 1 : order.AddressRequests,
    };
}

/// <summary>The parcels retain their address.</summary>
/// <param name="Uncertain">Some parcels may have the new address, or logistics did not answer: the current address is sent until logistics accepts it.</param>
public sealed record AddressChangeRejected(DateTimeOffset At, bool Uncertain) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with
    {
        PendingAddress = null,
        AddressUncertain = order.AddressUncertain || Uncertain,
        AddressRequests = Uncertain ? order.AddressRequests + 1 : order.AddressRequests,
    };
}

/// <summary>Logistics has accepted the current address.</summary>
public sealed record AddressConfirmed(DateTimeOffset At) : DomainEvent(At)
{
    public override Order ApplyTo(Order order) => order with { AddressUncertain = false };
}
