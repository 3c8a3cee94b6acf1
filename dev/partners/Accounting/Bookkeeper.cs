using OrderOrchestration.Partners.Finance;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Logistics;
using OrderOrchestration.Partners.Members;
using OrderOrchestration.Partners.Notifications;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Products;
using OrderOrchestration.Partners.Promotions;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Partners.Webhooks;

namespace OrderOrchestration.Partners.Accounting;

/// <summary>Creates the books from the teams' state.</summary>
internal sealed class Bookkeeper(
    TimeProvider clock,
    ProductTeam product,
    PaymentTeam payment,
    LogisticsTeam logistics,
    MemberTeam member,
    PromotionTeam promotion,
    FinanceTeam finance,
    NotificationTeam notification,
    CallLog calls,
    WebhookOutbox outbox)
{
    /// <param name="orderId">Limits accounts, coupons and notifications to this order; stock, members and the rest are complete.</param>
    public Books Create(string? orderId = null)
    {
        var entries = ReadEntries();
        var allOrders = OrderAccounts.From(entries);
        var (stock, members) = (product.Read(StockAccounts), member.Read(MemberAccounts));
        return new Books(
            clock.GetUtcNow(),
            TotalsOf(allOrders),
            [.. allOrders.Where(o => orderId is null || o.OrderId == orderId)],
            stock,
            members,
            [.. entries.Coupons.Where(c => orderId is null || c.OrderId == orderId)],
            finance.Payouts,
            finance.TaxInvoices,
            notification.Sent(orderId),
            calls.Counts,
            CountWebhooks(),
            Audit.Imbalances(stock, members, allOrders));
    }

    private Entries ReadEntries() => new(
        product.Read((_, ledger) => ledger.Reservations.SelectMany(UnitMoves).ToList()),
        payment.Read(payments => payments.Select(AccountOf).ToList()),
        logistics.Read((shipments, pickups) => shipments.SelectMany(UnitMoves).Concat(pickups.SelectMany(UnitMoves)).ToList()),
        logistics.Read((shipments, _) => shipments.Select(s => (s.Request.OrderId, EntryOf(s))).ToList()),
        logistics.Read((_, pickups) => pickups.Select(p => p.Request.OrderId).ToList()),
        member.Read(members => members.SelectMany(m => m.Entries).ToList()),
        member.Read(members => members.SelectMany(m => m.Purchases).ToList()),
        promotion.Read(uses => uses.ToList()),
        notification.Sent(),
        product.Read((products, _) => products.Where(p => p.PreOrder).Select(p => p.ProductId).ToHashSet(StringComparer.Ordinal)));

    private static IEnumerable<UnitMove> UnitMoves(Reservation reservation) => reservation.Parts.Select(part =>
    {
        var units = part.Quantity;
        var count = new UnitCount(part.ProductId, units, 0, 0, 0, 0, part.Restored, 0, 0, 0);
        return new UnitMove(reservation.OrderId, reservation.State switch
        {
            ReservationState.Held => count with { Held = units },
            ReservationState.Released => count with { Released = units },
            ReservationState.Expired => count with { Expired = units },
            _ => count with { Committed = units },
        });
    });

    private static IEnumerable<UnitMove> UnitMoves(Shipment shipment) => shipment.Request.Lines.Select(line =>
    {
        var count = new UnitCount(line.ProductId, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        return new UnitMove(shipment.Request.OrderId, shipment switch
        {
            { State: ShipmentState.Cancelled } => count,
            { State: ShipmentState.Returned } => count with { Shipped = line.Quantity, ReturnedToSender = line.Quantity },
            { HasLeft: true } => count with { Shipped = line.Quantity },
            _ => count with { ToBeShipped = line.Quantity },
        });
    });

    private static IEnumerable<UnitMove> UnitMoves(Pickup pickup) => pickup.PickedUpAt is null
        ? []
        : pickup.Lines.Select(line => new UnitMove(
            pickup.Request.OrderId,
            new UnitCount(line.ProductId, 0, 0, 0, 0, 0, 0, 0, 0, line.Quantity, pickup.Rule.Condition == "defective" ? line.Quantity : 0)));

    private static PaymentAccount AccountOf(Payment payment) => new(
        payment.Id,
        payment.Request.OrderId,
        payment.Request.Attempt,
        payment.Status,
        payment.Request.Method,
        payment.Request.Amount,
        payment.Charged,
        payment.Refunded,
        [.. payment.Refunds.Select(r => new RefundEntry(r.Id, r.Amount, r.Reason, r.CompletedAt, r.Status, r.Origin, r.Asked))]);

    private static ShipmentEntry EntryOf(Shipment shipment) => new(
        shipment.Request.ShipmentId, shipment.Request.WarehouseId, shipment.State, shipment.Waybill, shipment.FailedDeliveries);

    private static IReadOnlyList<StockAccount> StockAccounts(IReadOnlyCollection<Product> products, StockLedger ledger)
    {
        var parts = ledger.Reservations.SelectMany(r => r.Parts.Select(p => (p.ProductId, r.State, p.Quantity, p.Restored))).ToLookup(p => p.ProductId);
        return [.. products.Select(product => new StockAccount(
            product.ProductId,
            ledger.ShelvesOf(product.ProductId).Sum(s => s.Initial),
            ledger.ShelvesOf(product.ProductId).Sum(s => s.Adjusted),
            ledger.FreeUnits(product.ProductId),
            parts[product.ProductId].Where(p => p.State == ReservationState.Held).Sum(p => p.Quantity),
            parts[product.ProductId].Where(p => p.State == ReservationState.Committed).Sum(p => p.Quantity),
            parts[product.ProductId].Sum(p => p.Restored)))];
    }

    private static IReadOnlyList<MemberAccount> MemberAccounts(IReadOnlyCollection<Member> members) => [.. members.Select(m =>
    {
        long Sum(PointMove move) => m.Entries.Where(e => e.Move == move).Sum(e => e.Points);
        return new MemberAccount(
            m.Seed.MemberId,
            m.Seed.PointBalance,
            m.Adjusted,
            Sum(PointMove.Use),
            Sum(PointMove.Restoration),
            Sum(PointMove.Accrual),
            Sum(PointMove.Clawback),
            m.Balance,
            m.Purchases.Sum(p => p.Amount));
    })];

    private static Totals TotalsOf(IReadOnlyList<OrderAccount> orders)
    {
        var units = orders.SelectMany(o => o.Units).ToList();
        return new Totals(
            orders.Count,
            orders.Sum(o => o.CardCharged),
            orders.Sum(o => o.CardRefunded),
            orders.Sum(o => o.PointsUsed),
            orders.Sum(o => o.PointsRestored),
            orders.Sum(o => o.PointsAccrued),
            orders.Sum(o => o.PointsClawedBack),
            orders.Sum(o => o.CouponRedemptions),
            orders.Sum(o => o.CouponRestorations),
            units.Sum(u => u.Reserved),
            units.Sum(u => u.Committed),
            units.Sum(u => u.Restored),
            units.Sum(u => u.Shipped))
        {
            Card = CardMoney.Of(orders.SelectMany(o => o.Payments)),
            OrdersWithDifferences = orders.Count(o => o.Audit.Any(check => !check.Holds)),
        };
    }

    private WebhookCount CountWebhooks()
    {
        var deliveries = outbox.Deliveries();
        int Count(DeliveryState state) => deliveries.Count(d => d.State == state);
        return new WebhookCount(
            deliveries.Count,
            Count(DeliveryState.Delivered),
            Count(DeliveryState.Pending),
            Count(DeliveryState.Undelivered),
            deliveries.Sum(d => d.Tries));
    }
}
