using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Returning;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Shipping;

namespace OrderOrchestration.Workflows.Cancelling;

/// <summary>Rules of cancelling (주문 취소, 부분 취소; seed §5.5, domain 15a).</summary>
public static class CancellingRules
{
    /// <summary>배송 전 취소는 즉시 처리; while a parcel is being dispatched, logistics decides whether it can be stopped (hotspot 16).</summary>
    public static Refusal? Cancel(Order order, CancelCommand command)
    {
        if (command.CancellationId is { } known && order.FindRefund(known) is not null)
        {
            return null;
        }

        return order switch
        {
            { IsClosed: true } => Refusal.Of(RefusalSlugs.AlreadyClosed, "The order is closed.", new { status = order.Status }),
            _ when order.Shipments.Exists(shipment => shipment is { ExchangeId: null, IsUnderWay: true }) => Refusal.Of(
                RefusalSlugs.AlreadyShipped, "The order is on its way; it can be returned after delivery.", new { status = order.Status, returnPossible = true }),
            _ => command.Lines is { Count: > 0 } lines ? CancelPart(order, OrderPricing.Merge(lines)) : null,
        };
    }

    /// <summary>Logistics could not stop a parcel.</summary>
    public static Refusal DispatchRefused(IReadOnlyList<string> shipmentIds) => Refusal.Of(
        RefusalSlugs.DispatchRefused, "Logistics cannot stop the shipment; it can be returned after delivery.", new { shipmentIds, returnPossible = true });

    public static CancelReason ReasonOf(string by) => by == "customer" ? CancelReason.CustomerRequest : CancelReason.Operator;

    /// <summary>Cancels the whole order: immediately if no parcel was requested, otherwise once logistics has stopped the parcels.</summary>
    public static IReadOnlyList<DomainEvent> Requested(Order order, CancelReason reason, string by, string text, DateTimeOffset now)
    {
        if (order.Cancellation is not null)
        {
            return [];
        }

        var requested = new CancellationRequested(now, reason, by, text);
        return order.TravellingShipments.Any() ? [requested] : [requested, new OrderCancelled(now, reason, by, text)];
    }

    /// <summary>Cancels some units before dispatch; cancelling all remaining units cancels the whole order.</summary>
    public static IReadOnlyList<DomainEvent> RequestedInPart(Order order, CancelCommand command, DateTimeOffset now)
    {
        var units = OrderPricing.Merge(command.Lines!);
        if (order.LinesLeft.All(line => units.Any(unit => unit.ProductId == line.ProductId && unit.Quantity == line.Quantity)))
        {
            return Requested(order, ReasonOf(command.By), command.By, command.Reason, now);
        }

        if (!order.IsPaid)
        {
            return [Repriced(order, units, now), .. Published(command, units, now)];
        }

        var refund = ReturningRules.NewRefund(command.CancellationId!, RefundKind.PartialCancellation, RefundReasons.PartialCancellation, units, now) with
        {
            Status = RefundStatus.Processing,
            RequestedBy = command.By,
            AwaitingStop = Affected(order, units).Any(),
            Note = command.Reason,
        };
        var requested = new RefundRequested(now, refund with { Amount = RefundPricing.Of(order, refund) });
        return refund.AwaitingStop ? [requested] : [requested, new RefundApproved(now, refund.RefundId, "policy", command.Reason)];
    }

    /// <summary>The parcels that carry units of a partial cancellation.</summary>
    public static IEnumerable<Shipment> Affected(Order order, IReadOnlyList<LineQuantity> units) =>
        order.TravellingShipments.Where(shipment => shipment.Lines.Any(line => units.Any(unit => unit.ProductId == line.ProductId)));

    /// <summary>
    /// Applies logistics' answer to a partial cancellation. Stopped parcels are requested again: without the cancelled units if every parcel was
    /// stopped, unchanged otherwise. If the units stay, the amounts of other refunds are estimated again.
    /// </summary>
    public static IReadOnlyList<DomainEvent> StoppedInPart(Order order, Refund refund, ShipmentsStopped answer, DateTimeOffset now)
    {
        List<DomainEvent> events = [.. answer.Stopped.Select(shipmentId => new ShipmentStopped(now, shipmentId))];
        var agreed = answer.Refused.Count == 0;
        events.AddRange(ShippingRules.Again(order, answer.Stopped, agreed ? refund.Units : [], now));
        if (agreed)
        {
            return [.. events, new PartialCancellationAgreed(now, refund.RefundId), new RefundApproved(now, refund.RefundId, "policy", refund.Note)];
        }

        var rejected = new PartialCancellationRejected(now, refund.RefundId, answer.Refused);
        return [.. events, rejected, .. ReturningRules.Estimates(order.Apply(rejected), now)];
    }

    /// <summary>Applies logistics' answer to a cancellation of the whole order.</summary>
    public static IReadOnlyList<DomainEvent> Stopped(Order order, ShipmentsStopped answer, DateTimeOffset now)
    {
        var cancellation = order.Cancellation!;
        List<DomainEvent> events = [.. answer.Stopped.Select(shipmentId => new ShipmentStopped(now, shipmentId))];
        return answer.Refused.Count == 0
            ? [.. events, new OrderCancelled(now, cancellation.Reason, cancellation.By, cancellation.Text)]
            : [.. events, .. ShippingRules.Again(order, answer.Stopped, [], now), new CancellationRejected(now, answer.Refused)];
    }

    /// <summary>The refund of a cancelled order: all charged card won that no other refund has requested.</summary>
    public static IReadOnlyList<DomainEvent> Refund(Order order, DateTimeOffset now)
    {
        var attempt = order.ApprovedAttempt!;
        var refundId = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{order.OrderId}-p{attempt.Number}");
        if (order.FindRefund(refundId) is not null || order.CardLeft <= Money.Won.Zero)
        {
            return [];
        }

        var refund = ReturningRules.NewRefund(refundId, RefundKind.Cancellation, KebabCase.Name(order.Cancellation!.Reason), order.LinesLeft, now) with
        {
            Status = RefundStatus.Processing,
            Attempt = attempt.Number,
            RequestedBy = order.Cancellation.By,
            Restocked = true,
        };
        return
        [
            new RefundRequested(now, refund with { Amount = RefundPricing.Of(order, refund) }),
            new RefundApproved(now, refundId, "policy", null),
        ];
    }

    /// <summary>Stock still reserved by or sold to a cancelled order: without units that a parcel or a refund has already brought back.</summary>
    public static RestoreStockRequest StockToRestore(Order order, Recording.OrderRecord? record)
    {
        var stock = order.Stock;
        var reservation = PlacingRules.Reservation(order, null);
        return new RestoreStockRequest(
            record,
            order.OrderId,
            reservation,
            stock.ReservationId,
            stock.Status == StockStatus.CommitRequested
                ? new CommitStock(null, order.OrderId, stock.ReservationId!, $"{order.OrderId}/commit-stock/1")
                : null,
            stock.Status == StockStatus.Committed,
            ReservedUnits(order),
            KebabCase.Name(order.Cancellation!.Reason),
            $"{order.OrderId}/restore-stock/1");
    }

    private static IReadOnlyList<LineQuantity> ReservedUnits(Order order)
    {
        var held = order.Ledger.Find(entry => entry.Kind == LedgerKind.Committed && entry.Cause == "order")?.Units
            ?? order.Ledger.Find(entry => entry.Kind == LedgerKind.Reserved && entry.Cause == "order")?.Units ?? order.StockLines;
        var back = order.Ledger.Where(entry => entry.Kind == LedgerKind.Restored).SelectMany(entry => entry.Units ?? [])
            .Concat(order.Shipments.Where(shipment => shipment is { Status: ShipmentStatus.Returned, ExchangeId: null } && !IsRestored(order, shipment)).SelectMany(shipment => shipment.Lines))
            .ToList();
        return
        [
            .. held
                .Select(unit => unit with { Quantity = unit.Quantity - back.Where(part => part.ProductId == unit.ProductId).Sum(part => part.Quantity) })
                .Where(unit => unit.Quantity > 0),
        ];
    }

    /// <summary>Whether the goods of a returned parcel were restored to stock. Those of a lost parcel never are.</summary>
    private static bool IsRestored(Order order, Shipment shipment) =>
        order.Ledger.Exists(entry => entry.Kind == LedgerKind.Restored && entry.Cause == shipment.ShipmentId);

    private static Refusal? CancelPart(Order order, IReadOnlyList<LineQuantity> units)
    {
        if (order.Cancellation is not null || order.Refunds.Exists(refund => refund.AwaitingStop))
        {
            return Refusal.Of(RefusalSlugs.OrderBusy, "Another cancellation is under way; try again.", new { status = order.Status });
        }

        if (order.OpenAttempt is { } open)
        {
            return Refusal.Of(RefusalSlugs.PaymentInProgress, "A payment is in progress.", new { attempt = open.Number });
        }

        if (order.Quote is null || order.Stock.Status is StockStatus.None or StockStatus.Requested)
        {
            return Refusal.Of(RefusalSlugs.OrderBusy, "The order is being placed; try again.", new { status = order.Status });
        }

        if (units.FirstOrDefault(unit => unit.Quantity <= 0 || order.Quote!.Lines.All(line => line.ProductId != unit.ProductId)) is { } unknown)
        {
            return Refusal.Of(RefusalSlugs.UnknownLine, "The order has no such line.", new { unknown.ProductId });
        }

        return units.Any(unit => unit.Quantity > order.UnitsLeft(unit.ProductId))
            ? Refusal.Of(RefusalSlugs.TooManyUnits, "So many units are not left.", new { left = order.LinesLeft })
            : null;
    }

    private static OrderRepriced Repriced(Order order, IReadOnlyList<LineQuantity> cancelled, DateTimeOffset now)
    {
        var left = order.LinesLeft
            .Select(line => line with { Quantity = line.Quantity - cancelled.Where(unit => unit.ProductId == line.ProductId).Sum(unit => unit.Quantity) })
            .Where(line => line.Quantity > 0)
            .ToList();
        return new OrderRepriced(now, ShippingRules.Quote(order, order.Facts!.Serviceability, left), order.Facts!, cancelled);
    }

    private static IEnumerable<DomainEvent> Published(CancelCommand command, IReadOnlyList<LineQuantity> units, DateTimeOffset now) =>
        [new UnpaidUnitsCancelled(now, command.CancellationId ?? "unpaid", units, command.By, command.Reason)];
}
