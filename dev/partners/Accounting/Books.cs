using OrderOrchestration.Partners.Finance;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Notifications;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Promotions;
using OrderOrchestration.Partners.Teams;

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
/// <param name="PickedUpDefective">Of those, the ones found defective: they never go back on a shelf.</param>
/// <param name="ToBeShipped">In a parcel that is asked for and has not left.</param>
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
/// <param name="Amount">Won that go back.</param>
/// <param name="Origin">Whose refund it is.</param>
/// <param name="Asked">Won that the order team asked for; absent where somebody else did.</param>
public sealed record RefundEntry(
    string RefundId,
    long Amount,
    string Reason,
    DateTimeOffset? CompletedAt,
    RefundStatus Status = RefundStatus.Completed,
    RefundOrigin Origin = RefundOrigin.OrderTeam,
    long? Asked = null);

/// <summary>
/// Card money in won, told apart by who moved it: <c>charged − refundedByOrderTeam − refundedByConsole − chargedBack = kept</c>. Truth 1 of
/// <c>domain.md</c> §5 with foreign money in it is checked against these.
/// </summary>
/// <param name="Charged">Taken.</param>
/// <param name="RefundedByOrderTeam">Given back because the order team asked for it.</param>
/// <param name="RefundedByConsole">Given back by the payment team's staff: refunds and cancelled payments.</param>
/// <param name="ChargedBack">Taken back by the customer's bank.</param>
/// <param name="Kept">Still with the payment team.</param>
/// <param name="RefundsPending">Of the kept, what refunds under way will give back.</param>
/// <param name="RefundsFailed">What refunds that failed would have given back.</param>
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

/// <summary>A payment: what was taken and given back, in won.</summary>
public sealed record PaymentAccount(
    string PaymentId, string OrderId, int Attempt, PaymentStatus Status, string Method, long Amount, long Charged, long Refunded,
    IReadOnlyList<RefundEntry> Refunds);

/// <summary>A member's points: <c>initial + adjusted − used + restored + accrued − clawedBack = balance</c>.</summary>
public sealed record MemberAccount(
    string MemberId, long Initial, long Adjusted, long Used, long Restored, long Accrued, long ClawedBack, long Balance, long Purchased);

/// <summary>A shipment, as far as the books care.</summary>
public sealed record ShipmentEntry(string ShipmentId, string WarehouseId, ShipmentState Status, string? Waybill, int FailedDeliveries);

/// <summary>Everything the teams know about one order.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Units">Per product.</param>
/// <param name="CardCharged">Won taken by all attempts together.</param>
/// <param name="CardRefunded">Won given back, whoever asked for it.</param>
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
    int Notifications)
{
    /// <summary>The card money, told apart by who moved it.</summary>
    public CardMoney Card { get; init; } = CardMoney.None;

    /// <summary>Whether truths 1 to 3 and 6 hold for this order, as far as the teams' books can tell; judged at rest.</summary>
    public IReadOnlyList<TruthCheck> Audit { get; init; } = [];
}

/// <summary>One truth of <c>domain.md</c> §5 held against the books.</summary>
/// <param name="Truth">Its number.</param>
/// <param name="Differences">What contradicts it; empty where it holds.</param>
public sealed record TruthCheck(int Truth, IReadOnlyList<string> Differences)
{
    /// <summary>Nothing contradicts it.</summary>
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
    /// <summary>The card money of all orders, told apart by who moved it.</summary>
    public CardMoney Card { get; init; } = CardMoney.None;

    /// <summary>Orders for which a truth does not hold.</summary>
    public int OrdersWithDifferences { get; init; }
}

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
    /// <summary>The account of one order; null where no team knows it.</summary>
    public OrderAccount? Order(string orderId) => Orders.FirstOrDefault(o => o.OrderId == orderId);
}
