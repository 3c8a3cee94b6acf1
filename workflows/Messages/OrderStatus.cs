namespace OrderOrchestration.Workflows.Messages;

/// <summary>
/// The status of an order (contract §1). An order that waits for an operator retains its business status; <see cref="OrderView.Attention"/> is set in
/// addition.
/// </summary>
public enum OrderStatus
{
    Placed,
    StockReserved,
    AwaitingPayment,
    Paid,
    Confirmed,
    Preparing,
    Dispatching,
    Shipping,
    Delivered,
    Completed,
    Cancelled,
    PartiallyRefunded,
    Refunded,
}

/// <summary>Why an order was cancelled (주문이 취소되었다, seed §5.5).</summary>
public enum CancelReason
{
    CustomerRequest,
    StockShortage,
    PaymentFailure,
    Undeliverable,
    ReservationExpired,
    SaleStopped,
    Operator,

    /// <summary>A rule refused the order after its caller had already been answered 202; <see cref="OrderView.Refusal"/> names the rule.</summary>
    Refused,
}

/// <summary>One attempt to pay (결제): at most one is pending at a time.</summary>
public enum PaymentStatus
{
    Pending,
    Approved,
    Declined,
    TimedOut,
    Cancelled,
    Refunded,
}

/// <summary>The status of a parcel; it only moves forward, whatever the order in which the courier's events arrive.</summary>
public enum ShipmentStatus
{
    Requested,
    DispatchStarted,
    Dispatched,
    Shipping,
    Delivered,
    DeliveryFailed,
    Returning,
    Returned,
    Cancelled,
}

/// <summary>The status of a refund (환불).</summary>
public enum RefundStatus
{
    AwaitingApproval,
    AwaitingPickup,
    Processing,
    Completed,
    Rejected,
}

/// <summary>The status of an exchange (교환).</summary>
public enum ExchangeStatus
{
    Requested,
    PickedUp,
    Shipped,
    Completed,
    ConvertedToRefund,

    /// <summary>An operator closed it: the goods were never collected and stay with the customer.</summary>
    Ended,
}
