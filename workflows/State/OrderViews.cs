using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Workflows.State;

/// <summary>The order as others see it.</summary>
public sealed partial record OrderState
{
    private static readonly OrderAmounts NotPricedYet = new(default, default, default, default, default, default);

    /// <summary>The answer of the API and of the query <c>order</c>.</summary>
    public OrderView View(DateTimeOffset now) => new()
    {
        OrderId = OrderId,
        MemberId = Request.MemberId,
        Status = Status,
        CancelReason = CancelReason,
        Refusal = Refusal,
        Amounts = Quote?.Amounts ?? NotPricedYet,
        Lines = Quote is { } quote
            ? [.. quote.Lines.Select(LineView)]
            : [.. Request.Lines.Select(line => new OrderLineView(line.ProductId, string.Empty, string.Empty, line.Quantity, default, default, default, 0))],
        ShipTo = ShipTo,
        DeliveryNote = Request.DeliveryNote,
        Reservation = Reservation is { } reservation && !IsPaid && !IsClosed ? new ReservationView(reservation.ExpiresAt) : null,
        Payments = [.. Payments.Select(attempt => new PaymentView(
            attempt.Number, attempt.Method, attempt.Status, attempt.RequestedAt, attempt.DeclineCode, attempt.ApprovalNumber))],
        Shipments = [.. Shipments.Select(shipment => new ShipmentView(
            shipment.ShipmentId, shipment.WarehouseId, shipment.Status, shipment.Lines, shipment.Waybill, shipment.Carrier,
            shipment.EstimatedDelivery, shipment.DeliveredAt, shipment.FailedDeliveries, shipment.Locations.IsEmpty ? null : shipment.Locations, shipment.ExchangeId))],
        Refunds = [.. Refunds.Select(refund => refund.View())],
        Exchanges = [.. Exchanges.Select(exchange => exchange.View())],
        AutoConfirmAt = AutoConfirmAt,
        ReturnableUntil = ReturnableUntil,
        Attention = Attention,
        CreatedAt = CreatedAt,
        UpdatedAt = now,
    };

    /// <summary>Units of a product that were given back.</summary>
    public int RefundedQuantity(string productId) => Refunds
        .Where(refund => refund.Status == RefundStatus.Completed)
        .SelectMany(refund => refund.Lines)
        .Where(line => string.Equals(line.ProductId, productId, StringComparison.Ordinal))
        .Sum(line => line.Quantity);

    private OrderLineView LineView(QuotedLine line) => new(
        line.ProductId, line.SellerId, line.Name, line.Quantity, line.UnitPrice, line.Discount, line.Paid, RefundedQuantity(line.ProductId), line.PreOrder);
}
