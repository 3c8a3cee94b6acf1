namespace OrderOrchestration.Workflows.Events;

/// <summary>The event types that the order process publishes or receives by name (domain §2). The whole list is <see cref="EventCatalogue"/>.</summary>
public static class EventTypes
{
    public const string OrderPlaced = "order.placed";
    public const string OrderConfirmed = "order.confirmed";
    public const string OrderCompleted = "order.completed";
    public const string ShippingAddressSelected = "order.shipping-address-selected";
    public const string DeliveryNoteRegistered = "order.delivery-note-registered";
    public const string PaymentRequested = "order.payment-requested";
    public const string PaymentTimedOut = "order.payment-timed-out";
    public const string PaymentCancelled = "order.payment-cancelled";
    public const string PaymentCompleted = "order.payment-completed";
    public const string StockReservationRequested = "order.stock-reservation-requested";
    public const string StockReservationExpired = "order.stock-reservation-expired";
    public const string StockRestorationRequested = "order.stock-restoration-requested";
    public const string ShippingRequested = "order.shipping-requested";
    public const string ShippingStarted = "order.shipping-started";
    public const string Delivered = "order.delivered";
    public const string CancellationRequested = "order.cancellation-requested";
    public const string OrderCancelled = "order.cancelled";
    public const string RefundRequested = "order.refund-requested";
    public const string RefundApproved = "order.refund-approved";
    public const string RefundRejected = "order.refund-rejected";
    public const string RefundCompleted = "order.refund-completed";
    public const string PartialRefundRequested = "order.partial-refund-requested";
    public const string PartialRefundApproved = "order.partial-refund-approved";
    public const string PartialRefundCompleted = "order.partial-refund-completed";
    public const string ExchangeRequested = "order.exchange-requested";
    public const string ExchangeCompleted = "order.exchange-completed";
    public const string CouponApplied = "order.coupon-applied";
    public const string DiscountFixed = "order.discount-fixed";
    public const string PointsAccrualRequested = "order.points-accrual-requested";
    public const string TierBenefitApplied = "order.tier-benefit-applied";
    public const string PartiallyCancelled = "order.partially-cancelled";
    public const string RefundOverdue = "order.refund-overdue";
    public const string WrittenOff = "order.written-off";
    public const string NeedsAttention = "order.needs-attention";
    public const string Recovered = "order.recovered";

    public const string CommissionCalculated = "settlement.commission-calculated";
    public const string SellerAmountFixed = "settlement.seller-amount-fixed";
    public const string StatementCreated = "settlement.statement-created";
    public const string DailyCompleted = "settlement.daily-completed";
    public const string PayoutRequested = "settlement.payout-requested";
    public const string PayoutCompleted = "settlement.payout-completed";
    public const string SettlementFailed = "settlement.failed";

    public const string ReconciliationCompleted = "reconciliation.completed";
    public const string DifferenceFound = "reconciliation.difference-found";

    public const string FinancePayoutCompleted = "finance.payout-completed";
    public const string FinancePayoutFailed = "finance.payout-failed";

    public const string StockReserved = "product.stock-reserved";
    public const string StockInsufficient = "product.stock-insufficient";
    public const string StockRestored = "product.stock-restored";
    public const string InfoChanged = "product.info-changed";
    public const string SaleStopped = "product.sale-stopped";

    public const string PartnerPaymentApproved = "payment.approved";
    public const string PartnerPaymentDeclined = "payment.declined";
    public const string PartnerPaymentTimedOut = "payment.timed-out";
    public const string PartnerPaymentCancelled = "payment.cancelled";
    public const string PartnerRefundCompleted = "payment.refund-completed";
    public const string PartnerPartialRefundCompleted = "payment.partial-refund-completed";

    public const string DispatchStarted = "logistics.dispatch-started";
    public const string Dispatched = "logistics.dispatched";
    public const string PartnerShippingStarted = "logistics.shipping-started";
    public const string StatusUpdated = "logistics.status-updated";
    public const string ScheduleChanged = "logistics.schedule-changed";
    public const string PartnerDelivered = "logistics.delivered";
    public const string DeliveryFailed = "logistics.delivery-failed";
    public const string ReturnedToSender = "logistics.returned-to-sender";
    public const string ReturnPickedUp = "logistics.return-picked-up";

    public const string PointsUsed = "member.points-used";
    public const string PointsUseFailed = "member.points-use-failed";
    public const string PointsRestored = "member.points-restored";
    public const string PointsAccrued = "member.points-accrued";
    public const string PurchaseRecorded = "member.purchase-recorded";
    public const string CumulativeAmountUpdated = "member.cumulative-amount-updated";
    public const string MileageAccrued = "member.mileage-accrued";
    public const string TierChanged = "member.tier-changed";

    public const string CouponRedeemed = "promotion.coupon-redeemed";
    public const string CouponRedemptionFailed = "promotion.coupon-redemption-failed";
    public const string CouponRestored = "promotion.coupon-restored";

    /// <summary>Our own source; another team's is <see cref="SourceOf"/>.</summary>
    public const string OrderSource = "/teams/order";

    /// <summary>The owner of an event type is its first word (seed §6.3); its source is <c>/teams/&lt;owner&gt;</c>. Settlement and reconciliation are ours.</summary>
    public static string SourceOf(string type)
    {
        var owner = type[..type.IndexOf('.', StringComparison.Ordinal)];
        return owner is "cart" or "settlement" or "reconciliation" ? OrderSource : "/teams/" + owner;
    }
}
