using OrderOrchestration.Partners.Members;
using OrderOrchestration.Partners.Notifications;

namespace OrderOrchestration.Partners.Accounting;

/// <summary>
/// Checks one order's account against the invariants (truths) of <c>domain.md</c> §5 that are visible to the teams: 1 won and points, 2 stock, 3 coupon,
/// 6 every effect once. The result is meaningful for an order at rest: between two steps there may be a difference that the next step resolves. Money
/// moved by staff or a bank is accounted for separately, so it is not a difference by itself.
/// </summary>
internal static class OrderAudit
{
    /// <param name="moves">The order's movements of points, oldest first.</param>
    /// <param name="sent">The order's notifications.</param>
    /// <param name="isPreOrder">Whether a product is sold without a reservation.</param>
    public static IReadOnlyList<InvariantCheck> Of(
        OrderAccount order, IReadOnlyCollection<PointEntry> moves, IReadOnlyCollection<SentNotification> sent, Func<string, bool> isPreOrder) =>
    [
        new(1, [.. Money(order).Concat(Points(order)).Concat(Remains(order))]),
        new(2, [.. order.Units.Where(units => !isPreOrder(units.ProductId)).SelectMany(Stock)]),
        new(3, [.. Coupon(order)]),
        new(6, [.. Once(order, moves, sent)]),
    ];

    private static IEnumerable<string> Money(OrderAccount order)
    {
        var kept = order.Payments.Where(p => p.Charged > p.Refunded).ToList();
        if (kept.Count(p => p.Charged - p.Refunded - Pending(p) > 0) > 1)
        {
            yield return $"charged {kept.Count} times: {string.Join(", ", kept.Select(p => $"{p.Charged - p.Refunded} won of {p.PaymentId}"))}";
        }

        foreach (var payment in order.Payments)
        {
            if (payment.Charged != payment.Amount && payment.Charged - payment.Refunded - Pending(payment) > 0)
            {
                yield return $"{payment.PaymentId}: {payment.Charged} won were taken, {payment.Amount} asked for";
            }

            if (payment.Refunded > payment.Charged)
            {
                yield return $"{payment.PaymentId}: {payment.Refunded} won went back of {payment.Charged}";
            }

            foreach (var refund in payment.Refunds.Where(r => r.Asked is { } asked && asked != r.Amount))
            {
                yield return $"refund {refund.RefundId}: {refund.Amount} won went back, {refund.Asked} were asked for";
            }
        }
    }

    private static IEnumerable<string> Points(OrderAccount order)
    {
        if (order.PointsRestored > order.PointsUsed)
        {
            yield return $"{order.PointsRestored} points were restored, {order.PointsUsed} used";
        }

        if (order.PointsClawedBack > order.PointsAccrued)
        {
            yield return $"{order.PointsClawedBack} points were clawed back, {order.PointsAccrued} accrued";
        }
    }

    /// <summary>Won and points must be returned in full where the order has no sold, reserved or shipped units.</summary>
    private static IEnumerable<string> Remains(OrderAccount order)
    {
        if (order.Units.Any(u => u.Held > 0 || u.Committed > u.Restored || u.Shipped > 0 || u.ToBeShipped > 0))
        {
            yield break;
        }

        if (order.Card.Kept > order.Card.RefundsPending)
        {
            yield return $"{order.Card.Kept - order.Card.RefundsPending} won are kept though nothing is sold";
        }

        if (order.PointsUsed > order.PointsRestored)
        {
            yield return $"{order.PointsUsed - order.PointsRestored} points are kept though nothing is sold";
        }
    }

    private static IEnumerable<string> Stock(UnitCount units)
    {
        var (sold, outside) = (units.Committed - units.Restored, units.Shipped - units.ReturnedToSender - units.PickedUp);
        var accounted = outside + units.PickedUpDefective + units.ToBeShipped;
        if (units.Restored > units.Committed)
        {
            yield return $"{units.ProductId}: {units.Restored} units were restored, {units.Committed} sold";
        }

        if (units.Shipped > units.Committed)
        {
            yield return $"{units.ProductId}: {units.Shipped} units were shipped, {units.Committed} sold";
        }

        if (units.ReturnedToSender + units.PickedUp > units.Shipped)
        {
            yield return $"{units.ProductId}: {units.ReturnedToSender + units.PickedUp} units came back, {units.Shipped} were shipped";
        }

        if (sold != accounted)
        {
            yield return $"{units.ProductId}: {sold} units are sold, {outside} with the customer, {units.PickedUpDefective} came back defective, "
                + $"{units.ToBeShipped} are to be shipped";
        }
    }

    private static IEnumerable<string> Coupon(OrderAccount order)
    {
        if (order.CouponRedemptions > 1)
        {
            yield return $"the coupon was redeemed {order.CouponRedemptions} times";
        }

        if (order.CouponRestorations > order.CouponRedemptions)
        {
            yield return $"the coupon was restored {order.CouponRestorations} times";
        }
    }

    private static IEnumerable<string> Once(OrderAccount order, IReadOnlyCollection<PointEntry> moves, IReadOnlyCollection<SentNotification> sent)
    {
        if (order.PendingPayments > 1)
        {
            yield return $"{order.PendingPayments} attempts are open";
        }

        if (order.PurchasesRecorded > 1)
        {
            yield return $"the purchase was recorded {order.PurchasesRecorded} times";
        }

        if (moves.Count(m => m.Move == PointMove.Accrual) is > 1 and var accruals)
        {
            yield return $"points were accrued {accruals} times";
        }

        if (IsUsedTwice(moves))
        {
            yield return "points were used again while they were used";
        }

        foreach (var twice in sent.GroupBy(n => n.Key, StringComparer.Ordinal).Where(same => same.Count() > 1))
        {
            yield return $"notification {twice.Key} was sent {twice.Count()} times";
        }
    }

    private static bool IsUsedTwice(IReadOnlyCollection<PointEntry> moves)
    {
        var used = 0L;
        foreach (var move in moves)
        {
            if (move.Move == PointMove.Use && used > 0)
            {
                return true;
            }

            used += move.Move switch { PointMove.Use => move.Points, PointMove.Restoration => -move.Points, _ => 0 };
        }

        return false;
    }

    private static long Pending(PaymentAccount payment) =>
        payment.Refunds.Where(r => r.Status == Payments.RefundStatus.Pending).Sum(r => r.Amount);
}
