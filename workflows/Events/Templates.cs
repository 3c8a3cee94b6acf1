namespace OrderOrchestration.Workflows.Events;

/// <summary>The notification templates of an order and who they go to (domain §4, smaller decisions).</summary>
public static class Templates
{
    public const string OrderPlaced = "order-placed";
    public const string PaymentDeclined = "payment-declined";
    public const string PaymentTimedOut = "payment-timed-out";
    public const string ReservationExpiring = "reservation-expiring";
    public const string ReservationExpired = "reservation-expired";
    public const string ShippingStarted = "shipping-started";
    public const string Delivered = "delivered";
    public const string OrderCancelled = "order-cancelled";
    public const string RefundCompleted = "refund-completed";
    public const string RefundRejected = "refund-rejected";
    public const string PointsAccrued = "points-accrued";
    public const string TierChanged = "tier-changed";
    public const string RefundAwaitingApproval = "refund-awaiting-approval";
    public const string RefundOverdue = "refund-overdue";
    public const string NeedsAttention = "needs-attention";
    public const string SettlementReport = "settlement-report";
    public const string PayoutCompleted = "payout-completed";

    /// <summary>The shop's operators; the notification team has their addresses.</summary>
    public const string Operators = "operators";
}
