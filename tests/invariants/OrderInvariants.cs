using OrderOrchestration.Partners.Accounting;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Invariants;

/// <summary>
/// The invariants of domain §5 (numbered as its truths) that hold for every order whatever fails: 1 won and points, 2 stock, 3 coupon, 4 one end, 6 every
/// effect once. They compare the order's own state with the other teams' books; the order must be at rest meanwhile.
/// </summary>
internal static class OrderInvariants
{
    private static readonly string[] OnceAnOrder =
    [
        EventTypes.OrderPlaced, EventTypes.PaymentCompleted, EventTypes.OrderConfirmed, EventTypes.Delivered, EventTypes.OrderCompleted, EventTypes.OrderCancelled,
        EventTypes.PurchaseRecorded, EventTypes.PointsAccrued, EventTypes.CouponRestored, EventTypes.CouponRedeemed, EventTypes.PointsUsed,
    ];

    /// <summary>The account of an order that is in no team's books.</summary>
    public static OrderAccount NoAccount(string orderId) => new(orderId, [], [], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, [], 0, 0);

    /// <summary>The invariants that the order breaks; empty where it meets all of them.</summary>
    public static IReadOnlyList<string> BreachesOf(ObservedOrder order)
    {
        var account = order.Account ?? NoAccount(order.OrderId);
        var breaches = Never(order, account).Concat(Once(order));
        breaches = order.View is not { } view ? breaches.Concat(NothingIsLeft(account))
            : order.IsStuck ? breaches
            : breaches.Concat(Money(view, account, order.IsOver)).Concat(Stock(order, view, account)).Concat(Ends(order, view, account)).Concat(Orders(view, account));
        return [.. breaches.Select(breach => $"{order.OrderId}: {breach}")];
    }

    public static void Hold(IEnumerable<ObservedOrder> orders, IReadOnlyList<string> imbalances)
    {
        Assert.That(imbalances, Is.Empty, "the teams' own books");
        Assert.That(orders.SelectMany(BreachesOf), Is.Empty, "the invariants of domain §5");
    }

    /// <summary>What must not be the case even while a step waits for an operator.</summary>
    private static IEnumerable<string> Never(ObservedOrder order, OrderAccount account)
    {
        var charged = account.Payments.Count(payment => payment.Charged > payment.Refunds.Sum(refund => refund.Amount));
        var payable = order.View?.Amounts.Payable.Amount ?? 0;
        return Breaches(
            (charged <= 1, $"invariant 1: charged {charged} times"),
            (account.Payments.Where(payment => payment.Charged > 0).All(payment => payment.Charged == payable), "invariant 1: charged another amount than the order's"),
            (account.PendingPayments <= 1, "hotspot 4: two open attempts"),
            (account.CouponRedemptions <= 1 && account.CouponRestorations <= account.CouponRedemptions, "invariant 3: coupon used or restored more than once"),
            (account.PurchasesRecorded <= 1, "invariant 6: purchase recorded twice"),
            (account.PointsClawedBack <= account.PointsAccrued, "invariant 1: more points clawed back than accrued"),
            (account.Units.All(units => units.Restored <= units.Committed), "invariant 2: units restored twice"),
            (account.Units.All(units => units.Shipped <= units.Committed || IsPreOrder(order.View, units)), "invariant 2: units shipped without a sale"),
            (account.Payments.All(payment => payment.Refunds.Select(refund => refund.RefundId).Distinct().Count() == payment.Refunds.Count), "invariant 6: a refund twice"));
    }

    private static IEnumerable<string> Once(ObservedOrder order)
    {
        var twice = OnceAnOrder.Where(type => order.Published(type).Count() > 1)
            .Concat(Twice(order, "refundId", EventTypes.RefundCompleted, EventTypes.PartialRefundCompleted))
            .Concat(Twice(order, "refundId", EventTypes.PartnerRefundCompleted, EventTypes.PartnerPartialRefundCompleted))
            .Concat(Twice(order, "refundId", EventTypes.RefundRequested, EventTypes.PartialRefundRequested))
            .Concat(Twice(order, "exchangeId", EventTypes.ExchangeRequested)).Concat(Twice(order, "exchangeId", EventTypes.ExchangeCompleted))
            .Concat(Twice(order, "attempt", EventTypes.PartnerPaymentApproved, EventTypes.PartnerPaymentDeclined))
            .Concat(Twice(order, "attempt", EventTypes.PaymentRequested)).Concat(Twice(order, "attempt", EventTypes.PaymentTimedOut))
            .Concat(Twice(order, "shipmentId", EventTypes.ShippingRequested)).Concat(Twice(order, "shipmentId", EventTypes.PartnerDelivered))
            .Concat(order.Timeline.GroupBy(published => (published.Source, published.Id)).Where(same => same.Count() > 1).Select(same => same.Key.Id))
            .Concat(order.Sent.GroupBy(sent => sent.Key).Where(same => same.Count() > 1).Select(same => same.Key));
        return twice.Select(what => $"invariant 6: {what} is published twice");
    }

    private static IEnumerable<string> Twice(ObservedOrder order, string by, params string[] types) => order.Published(types)
        .GroupBy(published => published.Data.TryGetProperty(by, out var what) ? what.ToString() : published.Id)
        .Where(same => same.Count() > 1)
        .Select(same => $"{types[0]} of {by} {same.Key}");

    /// <summary>An order that was refused leaves nothing at any team.</summary>
    private static IEnumerable<string> NothingIsLeft(OrderAccount account) => Breaches(
        (account.CardCharged == account.CardRefunded && account.PendingPayments == 0, "invariant 1: money of a refused order"),
        (account.PointsUsed == account.PointsRestored, "invariant 1: points of a refused order"),
        (account.CouponRedemptions == account.CouponRestorations, "invariant 3: coupon of a refused order"),
        (account.Units.All(units => units.Held == 0 && units.Committed == units.Restored), "invariant 2: stock of a refused order"));

    /// <summary>Invariant 1: charged − refunded is what the customer keeps. What is on its way may have arrived or not, until the order is over.</summary>
    private static IEnumerable<string> Money(OrderView view, OrderAccount account, bool isOver)
    {
        var isPaid = view.Payments.Any(payment => payment.Status is PaymentStatus.Approved or PaymentStatus.Refunded);
        var isOpen = view.Payments.Any(payment => payment.Status == PaymentStatus.Pending);
        var keptCard = (isPaid ? view.Amounts.Payable.Amount : 0) - Sum(view, RefundStatus.Completed, refund => refund.Amount.Amount);
        var keptPoints = view.Status == OrderStatus.Cancelled
            ? Sum(view, RefundStatus.Processing, refund => IsOfTheCancellation(view, refund) ? 0 : refund.Points.Amount)
            : view.Amounts.Points.Amount - Sum(view, RefundStatus.Completed, refund => refund.Points.Amount);
        var promised = account.CardCharged - account.Payments.SelectMany(payment => payment.Refunds).Sum(refund => refund.Amount);
        var (card, points) = (account.CardCharged - account.CardRefunded, account.PointsUsed - account.PointsRestored);
        var onItsWay = Sum(view, RefundStatus.Processing, refund => refund.Amount.Amount);
        var pointsOnTheirWay = Sum(view, RefundStatus.Processing, refund => refund.Points.Amount);
        return isOver
            ? Breaches(
                (card == keptCard, $"invariant 1: the card holds {card}, the customer keeps {keptCard}"),
                (points == keptPoints, $"invariant 1: {points} points are used, the customer keeps {keptPoints}"))
            : Breaches(
                (promised <= keptCard + (isOpen ? view.Amounts.Payable.Amount : 0) && card >= keptCard - onItsWay, $"invariant 1: the card holds {promised} to {card}, the customer keeps {keptCard}"),
                (points <= keptPoints && points >= keptPoints - pointsOnTheirWay, $"invariant 1: {points} points are used, the customer keeps {keptPoints}"));
    }

    /// <summary>
    /// Invariant 2: units that were sold and not restored are with the customer, on their way, written off, or still to be sent; at the end none is still to be
    /// sent.
    /// </summary>
    private static IEnumerable<string> Stock(ObservedOrder order, OrderView view, OrderAccount account)
    {
        var isUnpaid = view.Status <= OrderStatus.AwaitingPayment;
        foreach (var units in account.Units.Where(units => !IsPreOrder(view, units)))
        {
            var kept = units.Committed - units.Restored;
            var outside = units.Shipped - units.ReturnedToSender - units.PickedUp + order.WrittenOff(units.ProductId);
            foreach (var breach in Breaches(
                (isUnpaid || units.Held == 0, $"invariant 2: {units.Held} of {units.ProductId} are held for a {view.Status} order"),
                (order.IsOver ? kept == outside : kept >= outside, $"invariant 2: {kept} of {units.ProductId} are taken from the shelves, {outside} left the house")))
            {
                yield return breach;
            }
        }
    }

    /// <summary>Invariants 3 and 4: one end, which says why; a closed order has no open attempt, and a cancelled one its coupon back.</summary>
    private static IEnumerable<string> Ends(ObservedOrder order, OrderView view, OrderAccount account)
    {
        var isClosed = view.Status is OrderStatus.Completed or OrderStatus.Cancelled or OrderStatus.Refunded;
        var isCancelled = view.Status == OrderStatus.Cancelled;
        return Breaches(
            (isClosed || !order.IsOver, $"invariant 4: over, but {view.Status}"),
            (!isClosed || account.PendingPayments == 0, "an open attempt is left behind"),
            (isCancelled == view.CancelReason is not null, "invariant 4: cancelled without saying why"),
            (isCancelled == order.Published(EventTypes.OrderCancelled).Any(), "invariant 4: cancelled without order.cancelled, or the other way round"),
            (!isCancelled || !order.Published(EventTypes.OrderCompleted).Any(), "invariant 4: completed and cancelled"),
            (account.CouponRestorations == (isCancelled ? account.CouponRedemptions : 0), "invariant 3: coupon of a cancelled order not back, or back without a cancellation"),
            (account.PointsAccrued == 0 || order.Published(EventTypes.OrderCompleted).Any(), "points accrued before the customer kept the goods"));
    }

    /// <summary>Invariant 6 at logistics: the parcels and pickups that the order asked for, each once.</summary>
    private static IEnumerable<string> Orders(OrderView view, OrderAccount account)
    {
        var collected = view.Refunds.Count(refund => refund.ReturnRequired && refund.Status is not (RefundStatus.AwaitingApproval or RefundStatus.Rejected));
        var ended = view.Refunds.Count(refund => refund is { ReturnRequired: true, Status: RefundStatus.Rejected });
        var exchanged = view.Exchanges.Count(exchange => exchange.Status != ExchangeStatus.ConvertedToRefund);
        var parcels = account.Shipments.Select(shipment => shipment.ShipmentId).Order(StringComparer.Ordinal);
        return Breaches(
            (parcels.SequenceEqual(view.Shipments.Select(shipment => shipment.ShipmentId).Order(StringComparer.Ordinal)), "invariant 6: other parcels than the order asked for"),
            (account.Pickups >= collected + exchanged && account.Pickups <= collected + ended + view.Exchanges.Count, "invariant 6: other pickups than the order asked for"));
    }

    /// <summary>The refund of a cancelled order returns what no earlier refund requested; earlier refunds return their points with their own money.</summary>
    private static bool IsOfTheCancellation(OrderView view, RefundView refund) => refund.RefundId.StartsWith(view.OrderId + "-p", StringComparison.Ordinal);

    private static bool IsPreOrder(OrderView? view, UnitCount units) => view?.Lines.Any(line => line.ProductId == units.ProductId && line.PreOrder) == true;

    private static long Sum(OrderView view, RefundStatus status, Func<RefundView, long> part) => view.Refunds.Where(refund => refund.Status == status).Sum(part);

    private static IEnumerable<string> Breaches(params (bool Holds, string Otherwise)[] conditions) =>
        conditions.Where(condition => !condition.Holds).Select(condition => condition.Otherwise);
}
