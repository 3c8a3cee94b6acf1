using OrderOrchestration.Partners.Finance;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Notifications;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Promotions;

namespace OrderOrchestration.Partners.Accounting;

/// <summary>What became of the units of one product. Of every unit taken: <c>reserved = held + released + expired + committed</c>.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Reserved">Units ever taken from the shelves.</param>
/// <param name="Held">Reserved, neither sold nor given back yet.</param>
/// <param name="Released">Given back before the sale.</param>
/// <param name="Expired">Fell back when the reservation ran out.</param>
/// <param name="Committed">Sold.</param>
/// <param name="Restored">Of the sold ones, those put back.</param>
/// <param name="Shipped">Left a warehouse.</param>
/// <param name="ReturnedToSender">Came back undelivered.</param>
/// <param name="PickedUp">Collected at the customer's door.</param>
public sealed record UnitCount(
    string ProductId,
    long Reserved,
    long Held,
    long Released,
    long Expired,
    long Committed,
    long Restored,
    long Shipped,
    long ReturnedToSender,
    long PickedUp);

/// <summary>The shelves of one product: <c>initial + adjusted + restored = available + held + committed</c>.</summary>
public sealed record StockAccount(string ProductId, long Initial, long Adjusted, long Available, long Held, long Committed, long Restored);

/// <summary>A refund of a payment.</summary>
public sealed record RefundEntry(string RefundId, long Amount, string Reason, DateTimeOffset? CompletedAt);

/// <summary>A payment: what was taken and given back, in won.</summary>
public sealed record PaymentAccount(
    string PaymentId, string OrderId, int Attempt, PaymentStatus Status, string Method, long Amount, long Charged, long Refunded,
    IReadOnlyList<RefundEntry> Refunds);

/// <summary>A member's points: <c>initial + adjusted − used + restored + accrued − clawedBack = balance</c>.</summary>
public sealed record MemberAccount(
    string MemberId, long Initial, long Adjusted, long Used, long Restored, long Accrued, long ClawedBack, long Balance, long Purchased);

/// <summary>A shipment, as far as the books care.</summary>
public sealed record ShipmentEntry(string ShipmentId, string WarehouseId, Logistics.ShipmentState Status, string? Waybill, int FailedDeliveries);

/// <summary>Everything the teams know about one order.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Units">Per product.</param>
/// <param name="CardCharged">Won taken by all attempts together.</param>
/// <param name="CardRefunded">Won given back.</param>
/// <param name="PendingPayments">Attempts neither decided nor cancelled.</param>
public sealed record OrderAccount(
    string OrderId,
    IReadOnlyList<UnitCount> Units,
    IReadOnlyList<PaymentAccount> Payments,
    long CardCharged,
    long CardRefunded,
    int PendingPayments,
    long PointsUsed,
    long PointsRestored,
    long PointsAccrued,
    long PointsClawedBack,
    int CouponRedemptions,
    int CouponRestorations,
    int PurchasesRecorded,
    long Purchased,
    IReadOnlyList<ShipmentEntry> Shipments,
    int Pickups,
    int Notifications);

/// <summary>Sums over all orders.</summary>
public sealed record Totals(
    int Orders,
    long CardCharged,
    long CardRefunded,
    long PointsUsed,
    long PointsRestored,
    long PointsAccrued,
    long PointsClawedBack,
    int CouponRedemptions,
    int CouponRestorations,
    long UnitsReserved,
    long UnitsCommitted,
    long UnitsRestored,
    long UnitsShipped);

/// <summary>How the events fare.</summary>
public sealed record WebhookCount(int Published, int Delivered, int Pending, int Undelivered, int Tries);

/// <summary>
/// <c>GET /books</c>: all that is needed to check the truths of <c>domain.md</c> §5. Each list is read in one piece; while work is under
/// way two lists may be a moment apart.
/// </summary>
/// <param name="At">The teams' clock.</param>
/// <param name="Imbalances">What does not add up within a team's own books; empty, or this program is wrong.</param>
public sealed record Books(
    DateTimeOffset At,
    Totals Totals,
    IReadOnlyList<OrderAccount> Orders,
    IReadOnlyList<StockAccount> Stock,
    IReadOnlyList<MemberAccount> Members,
    IReadOnlyList<RedemptionInfo> Coupons,
    IReadOnlyList<PayoutInfo> Payouts,
    IReadOnlyList<TaxInvoiceInfo> TaxInvoices,
    IReadOnlyList<SentNotification> Notifications,
    IReadOnlyList<CallCount> Calls,
    WebhookCount Webhooks,
    IReadOnlyList<string> Imbalances)
{
    /// <summary>The account of one order; null where no team has heard of it.</summary>
    public OrderAccount? Order(string orderId) => Orders.FirstOrDefault(o => o.OrderId == orderId);
}
