using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>Computes the public view of an order (contract §1) from its snapshot.</summary>
public static class OrderViews
{
    private static readonly OrderAmounts NotPricedYet = new(default, default, default, default, default, default);

    extension(Order order)
    {
        /// <summary>The answer of the API and of the query <c>order</c>.</summary>
        public OrderView View()
        {
            var attentions = order.Attentions.Where(attention => attention.IsOpen()).Select(attention => View(order, attention)).ToList();
            return new OrderView
            {
                OrderId = order.OrderId,
                MemberId = order.Request.MemberId,
                Status = order.Status,
                CancelReason = order.IsCancelled ? order.Cancellation!.Reason : null,
                Refusal = order.Cancellation?.Refusal,
                Amounts = order.Quote?.Amounts ?? NotPricedYet with { Points = order.Request.Points },
                Lines = Lines(order),
                ShipTo = order.ShipTo.IsErased ? null : order.ShipTo,
                DeliveryNote = order.ShipTo.IsErased ? null : order.Request.DeliveryNote,
                Erased = order.ShipTo.IsErased,
                Reservation = order is { IsPaid: false, IsClosed: false, Stock: { Status: StockStatus.Reserved, ExpiresAt: { } expiry } } ? new ReservationView(expiry) : null,
                Payments = [.. order.Payments.Select(attempt => View(order, attempt))],
                Shipments = [.. order.Shipments.Select(View)],
                Refunds = [.. order.Refunds.Where(refund => refund.Kind is not RefundKind.LatePayment).Select(View)],
                Exchanges = [.. order.Exchanges.Select(exchange => new ExchangeView(exchange.ExchangeId, exchange.Status, exchange.Reason, exchange.Lines))],
                AutoConfirmAt = order.AutoConfirmAt,
                ReturnableUntil = order.ReturnableUntil(sellersFault: false),
                Attention = attentions.Count == 0 ? null : attentions[0],
                Attentions = attentions,
                CancellationRequestedAt = order.IsCancellationPending ? order.Cancellation!.RequestedAt : null,
                CreatedAt = order.CreatedAt,
                UpdatedAt = order.UpdatedAt,
            };
        }

        /// <summary>What compensation would give back now: everything that no refund gives back.</summary>
        public CompensationView WhatCompensationGivesBack => new(
            order.OpenAttempt?.ApprovedOtherwise ?? order.CardLeft,
            order.Points is ResourceStatus.Requested ? order.Request.Points : order.Points is ResourceStatus.Held ? order.PointsLeft : Won.Zero,
            order.Quote is null || order.Stock.Status is StockStatus.None or StockStatus.Released ? [] : order.Stocked(order.LinesLeft),
            order.Coupon is ResourceStatus.None or ResourceStatus.Released ? null : order.Request.CouponCode);
    }

    private static AttentionView View(Order order, Attention attention) => new(
        attention.AttentionId,
        attention.Process,
        attention.Step,
        attention.Error,
        attention.Actions,
        attention.Since,
        attention.Actions.Contains(RecoveryActions.Compensate, StringComparer.Ordinal) ? order.WhatCompensationGivesBack : null)
    {
        EndMeans = attention.EndMeans,
    };

    private static IReadOnlyList<OrderLineView> Lines(Order order)
    {
        if (order.Quote is not { } quote)
        {
            return [.. order.Request.Lines.Select(line => new OrderLineView(line.ProductId, string.Empty, string.Empty, line.Quantity, default, default, default, 0))];
        }

        var priced = quote.Lines.Select(line => new OrderLineView(
            line.ProductId,
            line.SellerId,
            line.Name,
            line.Quantity + CancelledUnpaid(order, line.ProductId),
            line.UnitPrice,
            line.Discount,
            line.Paid,
            order.RefundedQuantity(line.ProductId),
            line.PreOrder)
        {
            CancelledQuantity = order.CancelledQuantity(line.ProductId) + CancelledUnpaid(order, line.ProductId),
        });
        var gone = order.UnitsCancelledUnpaid.Select(line => line.ProductId).Distinct(StringComparer.Ordinal)
            .Where(productId => quote.Lines.All(line => line.ProductId != productId))
            .Select(productId => Gone(order, productId));
        return [.. priced.Concat(gone)];
    }

    /// <summary>A line all of whose units were cancelled before payment.</summary>
    private static OrderLineView Gone(Order order, string productId)
    {
        var product = order.Facts!.Products.Single(product => product.ProductId == productId);
        var quantity = CancelledUnpaid(order, productId);
        return new OrderLineView(
            productId, product.SellerId, product.Name, quantity, OrderPricing.UnitPrice(product), default, default, 0, product.PreOrder)
        {
            CancelledQuantity = quantity,
        };
    }

    private static int CancelledUnpaid(Order order, string productId) =>
        order.UnitsCancelledUnpaid.Where(unit => unit.ProductId == productId).Sum(unit => unit.Quantity);

    private static PaymentView View(Order order, PaymentAttempt attempt)
    {
        var back = order.RefundedBy(attempt.Number) + order.ForeignRefunded(attempt.Number);
        var isRefunded = attempt.Status == PaymentStatus.Approved && back >= order.ChargedBy(attempt.Number);
        return new PaymentView(
            attempt.Number,
            attempt.Method,
            isRefunded ? PaymentStatus.Refunded : attempt.Status,
            attempt.RequestedAt,
            attempt.DeclineCode,
            attempt.ApprovalNumber);
    }

    private static ShipmentView View(Shipment shipment) => new(
        shipment.ShipmentId,
        shipment.WarehouseId,
        shipment.Status,
        shipment.Lines,
        shipment.Waybill,
        shipment.Carrier,
        shipment.EstimatedDelivery,
        shipment.DeliveredAt,
        shipment.FailedDeliveries,
        ExchangeId: shipment.ExchangeId);

    private static RefundView View(Refund refund) => new(
        refund.RefundId,
        refund.Amount.Card,
        refund.Amount.Points,
        refund.Status,
        refund.Reason,
        refund.Units,
        refund.ReturnRequired,
        refund.RequestedAt)
    {
        Fee = refund.Amount.Fee,
        Withheld = refund.Amount.Withheld,
        DueAt = refund.DueAt,
        Overdue = refund.Overdue,
        DecidedBy = refund.DecidedBy,
        Note = refund.Note,
    };
}
