using OrderOrchestration.Partners.Finance;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Notifications;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Promotions;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Accounting;

/// <summary>The units of one product by status. Invariant: <c>reserved = held + released + expired + committed</c>.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Reserved">All units that were ever reserved.</param>
/// <param name="Held">Units of active reservations.</param>
/// <param name="Released">Units of reservations that were released before the sale.</param>
/// <param name="Expired">Units of reservations that expired.</param>
/// <param name="Committed">Sold units.</param>
/// <param name="Restored">Sold units that were put back into stock.</param>
/// <param name="Shipped">Units that left a warehouse.</param>
/// <param name="ReturnedToSender">Units that were returned to the sender undelivered.</param>
/// <param name="PickedUp">Units collected from the customer.</param>
/// <param name="PickedUpDefective">Collected units that are defective; they are not put back into stock.</param>
/// <param name="ToBeShipped">Units of shipments that were requested and have not left the warehouse.</param>
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
    long PickedUp,
    long PickedUpDefective = 0,
    long ToBeShipped = 0);

/// <summary>The shelves of one product: <c>initial + adjusted + restored = available + held + committed</c>.</summary>
public sealed record StockAccount(string ProductId, long Initial, long Adjusted, long Available, long Held, long Committed, long Restored);

/// <summary>A refund of a payment.</summary>
/// <param name="Amount">Won refunded.</param>
/// <param name="Origin">Who requested the refund.</param>
/// <param name="Asked">Won requested by the order team; absent for refunds of another origin.</param>
public sealed record RefundEntry(
    string RefundId,
    long Amount,
    string Reason,
    DateTimeOffset? CompletedAt,
    RefundStatus Status = RefundStatus.Completed,
    RefundOrigin Origin = RefundOrigin.OrderTeam,
    long? Asked = null);

/// <summary>
/// Card money in won, distinguished by who moved it: <c>charged − refundedByOrderTeam − refundedByConsole − chargedBack = kept</c>. Invariant (truth) 1 of
/// <c>domain.md</c> §5, including money moved without the order team, is checked against these sums.
/// </summary>
/// <param name="Charged">Charged.</param>
/// <param name="RefundedByOrderTeam">Refunded at the request of the order team.</param>
/// <param name="RefundedByConsole">Refunded by the payment team's staff: refunds and cancelled payments.</param>
/// <param name="ChargedBack">Charged back by the customer's bank.</param>
/// <param name="Kept">Charged and not refunded.</param>
/// <param name="RefundsPending">The part of <paramref name="Kept"/> in pending refunds.</param>
/// <param name="RefundsFailed">The sum of failed refunds.</param>
public sealed record CardMoney(
    long Charged, long RefundedByOrderTeam, long RefundedByConsole, long ChargedBack, long Kept, long RefundsPending, long RefundsFailed)
{
    /// <summary>No money.</summary>
    public static CardMoney None { get; } = new(0, 0, 0, 0, 0, 0, 0);

    /// <summary>The sum over payments.</summary>
    public static CardMoney Of(IEnumerable<PaymentAccount> payments)
    {
        var all = payments.ToList();
        var refunds = all.SelectMany(p => p.Refunds).ToList();
        long Completed(RefundOrigin origin) => Sum(r => r.Status == RefundStatus.Completed && r.Origin == origin);
        long Sum(Func<RefundEntry, bool> counts) => refunds.Where(counts).Sum(r => r.Amount);
        return new CardMoney(
            all.Sum(p => p.Charged),
            Completed(RefundOrigin.OrderTeam),
            Completed(RefundOrigin.Console),
            Completed(RefundOrigin.ChargeBack),
            all.Sum(p => p.Charged - p.Refunded),
            Sum(r => r.Status == RefundStatus.Pending),
            Sum(r => r.Status == RefundStatus.Failed));
    }
}

/// <summary>A payment with the amounts charged and refunded, in won.</summary>
public sealed record PaymentAccount(
    string PaymentId, string OrderId, int Attempt, PaymentStatus Status, string Method, long Amount, long Charged, long Refunded,
    IReadOnlyList<RefundEntry> Refunds);

/// <summary>A member's points: <c>initial + adjusted − used + restored + accrued − clawedBack = balance</c>.</summary>
public sealed record MemberAccount(
    string MemberId, long Initial, long Adjusted, long Used, long Restored, long Accrued, long ClawedBack, long Balance, long Purchased);

/// <summary>A shipment as it appears in the books.</summary>
public sealed record ShipmentEntry(string ShipmentId, string WarehouseId, ShipmentState Status, string? Waybill, int FailedDeliveries);

/// <summary>The state of all teams about one order.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Units">Per product.</param>
/// <param name="CardCharged">Won charged by all attempts together.</param>
/// <param name="CardRefunded">Won refunded, of every origin.</param>
/// <param name="PendingPayments">Attempts that are not decided and not cancelled.</param>
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
    int Notifications)
{
    /// <summary>The card money, distinguished by who moved it.</summary>
    public CardMoney Card { get; init; } = CardMoney.None;

    /// <summary>Checks of invariants (truths) 1 to 3 and 6 for this order, as far as they can be read from the teams' books; meaningful at rest.</summary>
    public IReadOnlyList<InvariantCheck> Audit { get; init; } = [];
}

/// <summary>The check of one invariant (truth) of <c>domain.md</c> §5 against the books.</summary>
/// <param name="Truth">The invariant's number.</param>
/// <param name="Differences">The violations; empty where the invariant holds.</param>
public sealed record InvariantCheck(int Truth, IReadOnlyList<string> Differences)
{
    /// <summary>Whether there are no violations.</summary>
    public bool Holds => Differences.Count == 0;
}

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
    long UnitsShipped)
{
    /// <summary>The card money of all orders, distinguished by who moved it.</summary>
    public CardMoney Card { get; init; } = CardMoney.None;

    /// <summary>The number of orders that violate an invariant.</summary>
    public int OrdersWithDifferences { get; init; }
}

/// <summary>Events by delivery status.</summary>
public sealed record WebhookCount(int Published, int Delivered, int Pending, int Undelivered, int Tries);

/// <summary>
/// <c>GET /books</c>: the data for checks of the invariants (truths) of <c>domain.md</c> §5. All lists except the call counts are read in one state transaction.
/// </summary>
/// <param name="At">Time on the teams' clock.</param>
/// <param name="Imbalances">Inconsistencies within a team's own books; an entry is an error of this program.</param>
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
    /// <summary>The account of one order; null for an order unknown to all teams.</summary>
    public OrderAccount? Order(string orderId) => Orders.FirstOrDefault(o => o.OrderId == orderId);
}
