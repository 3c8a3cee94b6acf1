using System.Collections.Immutable;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>The derived state of an order.</summary>
public static class OrderStanding
{
    extension(Order order)
    {
        public string OrderId => order.Request.OrderId;

        /// <summary>The recipient of the order's notifications.</summary>
        public string Customer => order.Request.MemberId ?? "guest:" + order.OrderId;

        /// <summary>The member as it was when the order was priced; absent for a guest.</summary>
        public MemberFact? Member => order.Facts?.Member;

        /// <summary>The birthday that counts for the accrual: the claimant's, or the member's as it was when the order was priced.</summary>
        public DateOnly? Birthday => order.Claim?.Birthday ?? order.Member?.Birthday;

        /// <summary>What the customer pays by card.</summary>
        public Won Payable => order.Quote?.Amounts.Payable ?? Won.Zero;

        public bool IsPlaced => order.PlacedAt is not null;

        /// <summary>Neither refused nor reserved yet.</summary>
        public bool IsBeingPlaced => !order.IsPaid && order.Stock.Status is StockStatus.None or StockStatus.Requested && order.Cancellation is null;

        public bool IsPaid => order.PaidAt is not null;

        public bool IsDelivered => order.DeliveredAt is not null;

        public bool IsCompleted => order.CompletedAt is not null;

        /// <summary>The cancellation is decided; its compensation may still be running.</summary>
        public bool IsCancelled => order.Cancellation is { DecidedAt: not null };

        /// <summary>Logistics is asked whether the parcels can still be stopped.</summary>
        public bool IsCancellationPending => order.Cancellation is { DecidedAt: null };

        /// <summary>Every unit went back to the seller: by returns, by parcels that could not be delivered, or cancelled in parts.</summary>
        public bool IsRefundedWhole => order.IsPaid
            && order.Quote!.Lines.All(line => order.ReturnedQuantity(line.ProductId) + order.CancelledQuantity(line.ProductId) == line.Quantity);

        /// <summary>The order is cancelled, or refunded as a whole.</summary>
        public bool HasEnded => order.IsCancelled || order.IsRefundedWhole;

        /// <summary>The order is cancelled, refunded as a whole, or completed. Goods of a completed order may still be returned.</summary>
        public bool IsClosed => order.HasEnded || order.IsCompleted;

        /// <summary>Why the order ended: the reason of its cancellation or of its last refund, or who completed it; <c>null</c> while it is open.</summary>
        public string? EndReason => order switch
        {
            { IsCancelled: true } => KebabCase.Name(order.Cancellation!.Reason),
            { IsRefundedWhole: true } => order.Refunds.Last(refund => refund.TakesUnits() && refund.IsActive()).Reason,
            { IsCompleted: true } => order.CompletedBy,
            _ => null,
        };

        public OrderStatus Status => order switch
        {
            { IsCancelled: true } => OrderStatus.Cancelled,
            { IsRefundedWhole: true } => OrderStatus.Refunded,
            { IsCompleted: true } => OrderStatus.Completed,
            _ when order.Refunds.Exists(refund => refund is { Status: RefundStatus.Completed, Kind: RefundKind.Return or RefundKind.Undeliverable }) =>
                OrderStatus.PartiallyRefunded,
            { IsDelivered: true } => OrderStatus.Delivered,
            { Shipments.IsEmpty: false } => StatusOf(order.Shipments),
            { ConfirmedAt: not null } => OrderStatus.Confirmed,
            { IsPaid: true } => OrderStatus.Paid,
            { Payments.IsEmpty: false } => OrderStatus.AwaitingPayment,
            { Stock.Status: StockStatus.Reserved } => OrderStatus.StockReserved,
            _ => OrderStatus.Placed,
        };

        public PaymentAttempt? OpenAttempt => order.Payments.Find(attempt => attempt.Status == PaymentStatus.Pending);

        public PaymentAttempt? ApprovedAttempt => order.Payments.Find(attempt => attempt.Status == PaymentStatus.Approved);

        /// <summary>Counts declines and timeouts, but not the customer's own cancellations.</summary>
        public int FailedAttempts => order.Payments.Count(attempt => attempt.Status is PaymentStatus.Declined or PaymentStatus.TimedOut);

        /// <summary>결제 실패 시 3회 재시도: the first attempt and its retries have all failed.</summary>
        public bool IsPaymentExhausted => order.FailedAttempts > order.Policies.PaymentRetries;

        public bool HasOpenReturn => order.Refunds.Exists(refund => refund.IsOpen() && refund.Kind is RefundKind.Return or RefundKind.Undeliverable)
            || order.Exchanges.Exists(exchange => exchange.IsOpen());

        /// <summary>Parcels of the order itself, without replacements, that were neither stopped nor returned.</summary>
        public IEnumerable<Shipment> TravellingShipments => order.Shipments.Where(shipment =>
            shipment is { ExchangeId: null, Status: not (ShipmentStatus.Cancelled or ShipmentStatus.Returned) });

        /// <summary>The exclusive end of the return window; absent before delivery (전자상거래법 §17).</summary>
        public DateTimeOffset? ReturnableUntil(bool sellersFault) =>
            order.LastDeliveryAt + (sellersFault ? order.Policies.SellersFaultWindow : order.Policies.ReturnWindow);

        /// <summary>When the last parcel arrived, a replacement included.</summary>
        public DateTimeOffset? LastDeliveryAt => order.DeliveredAt is not { } delivered
            ? null
            : order.Shipments.Where(shipment => shipment is { ExchangeId: not null, Status: ShipmentStatus.Delivered })
                .Select(shipment => shipment.LastEventAt).Append(delivered).Max();

        public Refund? FindRefund(string? refundId) => order.Refunds.Find(refund => string.Equals(refund.RefundId, refundId, StringComparison.Ordinal));

        public Exchange? FindExchange(string? exchangeId) =>
            order.Exchanges.Find(exchange => string.Equals(exchange.ExchangeId, exchangeId, StringComparison.Ordinal));

        public Shipment? FindShipment(string? shipmentId) =>
            order.Shipments.Find(shipment => string.Equals(shipment.ShipmentId, shipmentId, StringComparison.Ordinal));

        /// <summary>The intervention at a step of a process, resolved or not.</summary>
        public Attention? AttentionAt(string processKey, string step) =>
            order.Attentions.Find(attention => attention.ProcessKey == processKey && attention.Step == step);

        /// <summary>No process is needed and nothing is awaited: the workflow closes.</summary>
        public bool IsAtRest => order.IsClosed
            && order.Attentions.IsEmpty
            && order.UnappliedEvents.IsEmpty
            && order.PaymentDifferences.IsEmpty
            && !order.HasOpenReturn
            && order.Refunds.TrueForAll(refund => !refund.IsOpen())
            && order.Shipments.TrueForAll(shipment => shipment.Closed)
            && order.Reward.Status != RewardStatus.Due
            && order.OpenAttempt is null
            && (!order.IsCancelled || !order.HasHoldings);

        /// <summary>A coupon, points or stock is redeemed or reserved at another team (or may be), so a cancellation has to compensate it.</summary>
        public bool HasHoldings => order.Coupon is ResourceStatus.Requested or ResourceStatus.Held
            || order.Points is ResourceStatus.Requested or ResourceStatus.Held
            || order.Stock.Status is StockStatus.Requested or StockStatus.Reserved or StockStatus.CommitRequested or StockStatus.Committed;
    }

    private static OrderStatus StatusOf(ImmutableList<Shipment> shipments)
    {
        var travelling = shipments.FindAll(shipment => shipment is { ExchangeId: null, Status: not (ShipmentStatus.Cancelled or ShipmentStatus.Returned) });
        return travelling.Exists(shipment => shipment.IsUnderWay) ? OrderStatus.Shipping
            : travelling.Exists(shipment => shipment.IsDispatching) ? OrderStatus.Dispatching
            : OrderStatus.Preparing;
    }

    extension(Shipment shipment)
    {
        /// <summary>The courier has the parcel, or had it.</summary>
        public bool IsUnderWay => ShipmentRank.Of(shipment.Status) >= ShipmentRank.Of(ShipmentStatus.Shipping) && shipment.Status != ShipmentStatus.Cancelled;

        /// <summary>The parcel is being picked or has left the warehouse: only logistics can tell whether it can still be stopped.</summary>
        public bool IsDispatching => shipment.Status is ShipmentStatus.DispatchStarted or ShipmentStatus.Dispatched;
    }
}
