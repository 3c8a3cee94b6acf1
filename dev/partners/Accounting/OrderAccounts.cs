using OrderOrchestration.Partners.Members;
using OrderOrchestration.Partners.Notifications;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Promotions;

namespace OrderOrchestration.Partners.Accounting;

/// <summary>A movement of units of an order.</summary>
internal sealed record UnitMove(string OrderId, UnitCount Units);

/// <summary>The entries of all teams, before they are grouped by order.</summary>
internal sealed record Entries(
    IReadOnlyList<UnitMove> Stock,
    IReadOnlyList<PaymentAccount> Payments,
    IReadOnlyList<UnitMove> Parcels,
    IReadOnlyList<(string OrderId, ShipmentEntry Shipment)> Shipments,
    IReadOnlyList<string> Pickups,
    IReadOnlyList<PointEntry> Points,
    IReadOnlyList<Purchase> Purchases,
    IReadOnlyList<RedemptionInfo> Coupons,
    IReadOnlyList<SentNotification> Notifications,
    IReadOnlySet<string> PreOrderProducts);

/// <summary>Groups the teams' entries by order.</summary>
internal static class OrderAccounts
{
    public static IReadOnlyList<OrderAccount> From(Entries entries)
    {
        var units = entries.Stock.Concat(entries.Parcels).ToLookup(u => u.OrderId, u => u.Units);
        var payments = entries.Payments.ToLookup(p => p.OrderId);
        var shipments = entries.Shipments.ToLookup(s => s.OrderId, s => s.Shipment);
        var pickups = entries.Pickups.ToLookup(id => id);
        var points = entries.Points.ToLookup(p => p.OrderId);
        var purchases = entries.Purchases.ToLookup(p => p.OrderId);
        var coupons = entries.Coupons.ToLookup(c => c.OrderId);
        var notifications = entries.Notifications.Where(n => n.OrderId is not null).ToLookup(n => n.OrderId!);
        var orderIds = new[] { units.Select(g => g.Key), payments.Select(g => g.Key), shipments.Select(g => g.Key), pickups.Select(g => g.Key),
            points.Select(g => g.Key), purchases.Select(g => g.Key), coupons.Select(g => g.Key), notifications.Select(g => g.Key) };
        return [.. orderIds.SelectMany(ids => ids).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(id => Audited(AccountOf(id), [.. points[id]], [.. notifications[id]], entries.PreOrderProducts))];

        OrderAccount AccountOf(string id) => new(
            id,
            UnitsOf(units[id]),
            [.. payments[id].OrderBy(p => p.Attempt)],
            payments[id].Sum(p => p.Charged),
            payments[id].Sum(p => p.Refunded),
            payments[id].Count(p => p.Status == PaymentStatus.Pending),
            Sum(points[id], PointMove.Use),
            Sum(points[id], PointMove.Restoration),
            Sum(points[id], PointMove.Accrual),
            Sum(points[id], PointMove.Clawback),
            coupons[id].Count(),
            coupons[id].Count(c => c.RestoredAt is not null),
            purchases[id].Count(),
            purchases[id].Sum(p => p.Amount),
            [.. shipments[id]],
            pickups[id].Count(),
            notifications[id].Count())
        {
            Card = CardMoney.Of(payments[id]),
        };
    }

    private static OrderAccount Audited(
        OrderAccount account, IReadOnlyList<PointEntry> points, IReadOnlyList<SentNotification> sent, IReadOnlySet<string> preOrder) =>
        account with { Audit = OrderAudit.Of(account, points, sent, preOrder.Contains) };

    private static long Sum(IEnumerable<PointEntry> entries, PointMove move) => entries.Where(e => e.Move == move).Sum(e => e.Points);

    private static IReadOnlyList<UnitCount> UnitsOf(IEnumerable<UnitCount> moves) => [.. moves
        .GroupBy(m => m.ProductId, StringComparer.Ordinal)
        .OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => new UnitCount(
            g.Key,
            g.Sum(u => u.Reserved),
            g.Sum(u => u.Held),
            g.Sum(u => u.Released),
            g.Sum(u => u.Expired),
            g.Sum(u => u.Committed),
            g.Sum(u => u.Restored),
            g.Sum(u => u.Shipped),
            g.Sum(u => u.ReturnedToSender),
            g.Sum(u => u.PickedUp),
            g.Sum(u => u.PickedUpDefective),
            g.Sum(u => u.ToBeShipped)))];
}
