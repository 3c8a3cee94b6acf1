using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities.Figures;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Store.Idempotency;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Storage.Plans;

/// <summary>A call of the store that is made often or reads much.</summary>
/// <param name="Indexes">The indexes it goes by; a primary key by PostgreSQL's name for it.</param>
/// <param name="AtMost">How many statements it may take, whatever it answers.</param>
/// <param name="SortsFew">The database may sort the few rows that an index found.</param>
public sealed record HotCall(string Name, Func<IServiceProvider, Task> Call, IReadOnlyList<string> Indexes, int AtMost = 1, bool SortsFew = false)
{
    public override string ToString() => Name;
}

/// <summary>The calls that are tested.</summary>
internal static class HotCalls
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static IEnumerable<HotCall> All(DateOnly day, int page) =>
        [.. Orders(page), .. Timelines(page), .. Refunds(page), .. Requests(), .. Relays(page), .. Settlement(day, page), .. Housekeeping(page)];

    private static IEnumerable<HotCall> Orders(int page) =>
    [
        Of<IOrderQueries>("an order", orders => orders.FindAsync("o-9", None), "orders_pkey"),
        Of<IOrderStore>("how far the store is with an order", orders => orders.FindStateAsync("o-9", None), "orders_pkey"),
        Of<IOrderStore>("an order's snapshot", orders => orders.FindSnapshotAsync("o-9", None), "orders_pkey"),
        Of<IOrderQueries>("the newest orders", orders => orders.ListAsync(new OrderFilter(Limit: page), None), "orders_newest"),
        Of<IOrderQueries>(
            "the next page of the newest orders",
            orders => orders.ListAsync(new OrderFilter(Limit: page, Cursor: OrderCursor.After(9_000_000_000, "o-9000")), None),
            "orders_newest"),
        Of<IOrderQueries>("a member's orders", orders => orders.ListAsync(new OrderFilter(MemberId: "m-7", Limit: page), None), "orders_by_member"),
        Of<IOrderQueries>("a seller's orders", orders => orders.ListAsync(new OrderFilter(SellerId: "s-7", Limit: page), None), "order_lines_of_seller"),
        Of<IOrderQueries>(
            "a seller's orders of a status",
            orders => orders.ListAsync(new OrderFilter(SellerId: "s-7", Status: OrderStatus.Completed, Limit: page), None),
            "order_lines_of_seller"),
        Of<IOrderQueries>(
            "the next page of a seller's orders",
            orders => orders.ListAsync(new OrderFilter(SellerId: "s-7", Limit: page, Cursor: OrderCursor.After(9_000_000_000, "o-9000")), None),
            "order_lines_of_seller"),
        Of<IOrderQueries>("a seller's orders of a member", orders => orders.ListAsync(new OrderFilter(SellerId: "s-7", MemberId: "m-7", Limit: page), None), "orders_by_member"),
        Of<IOrderQueries>("a seller's orders that wait", orders => orders.ListAsync(new OrderFilter(SellerId: "s-7", NeedsAttention: true, Limit: page), None), "orders_stuck"),
        Of<IOrderQueries>(
            "the orders of a status", orders => orders.ListAsync(new OrderFilter(Status: OrderStatus.AwaitingPayment, Limit: page), None), "orders_by_status"),
        Of<IOrderQueries>("the orders that wait for an operator", orders => orders.ListAsync(new OrderFilter(NeedsAttention: true, Limit: page), None), "orders_stuck"),
        Of<IOrderQueries>("a member's newest order", orders => orders.LatestOrderOfMemberAsync("m-7", None), "orders_by_member"),
        Of<IUnpaidOrders>("a member's unpaid orders", unpaid => unpaid.ClaimOfMemberAsync("o-new", "m-7", 5, None), "orders_by_member", "unpaid_claims_of_owner")
            with { AtMost = 3 },
        Of<IOrderQueries>("the unpaid orders with a product", orders => orders.UnpaidOrdersWithProductAsync("p-1", "o-5", page, None), "order_lines_unpaid"),
        Of<IOrderQueries>(
            "the versions of a batch's orders",
            orders => orders.VersionsAsync([.. Enumerable.Range(1, 1_000).Select(i => "o-" + i)], None),
            "orders_pkey") with { AtMost = 2 },
        Of<IOrderStore>("the open orders", orders => orders.OpenOrdersAsync("o-5", page, None), "orders_open"),
        Of<FigureQueries>("the figures of the gauges", figures => figures.ReadAsync(None), "orders_stuck", "refunds_due", "notifications_oldest", "notifications_dead", "event_lanes_dead", "statements_of_day")
            with { AtMost = 11, SortsFew = true },
    ];

    private static IEnumerable<HotCall> Timelines(int page) =>
    [
        Of<IOrderEvents>("a page of an order's timeline", events => events.PageAsync("o-9", 3, page, None), "events_of_order"),
        Of<IOrderQueries>("a page of the feed", orders => orders.FeedAsync(new FeedPosition(10_000, 30_000), page, None), "events_by_commit"),
        Of<IOrderQueries>("the end of the feed", orders => orders.FeedEndAsync(None), "events_by_commit"),
        Of<IShipmentTracking>("an order's scans", tracking => tracking.ScansAsync("o-9", None), "shipment_scans_of") with { SortsFew = true },
        Of<IShipmentTracking>("a parcel's last scan", tracking => tracking.LastScanAsync("o-9", "s1", None), "shipment_scans_of_order"),
    ];

    private static IEnumerable<HotCall> Refunds(int page) =>
    [
        Of<IRefundQueries>("a refund", refunds => refunds.FindAsync("r-9", None), "refunds_by_id") with { SortsFew = true },
        Of<IRefundQueries>("the oldest refunds", refunds => refunds.ListAsync(new RefundFilter(Limit: page), None), "refunds_by_age"),
        Of<IRefundQueries>(
            "the refunds that wait for an admin", refunds => refunds.ListAsync(new RefundFilter(RefundStatus.AwaitingApproval, page), None), "refunds_by_status"),
        Of<IRefundQueries>("the overdue refunds", refunds => refunds.ListAsync(new RefundFilter(Limit: page, Overdue: true), None), "refunds_overdue"),
    ];

    private static IEnumerable<HotCall> Requests() =>
    [
        Of<IReceivedEvents>(
            "which of a batch's events are known",
            received => received.KnownAsync("/teams/payment", [.. Enumerable.Range(1, 1_000).Select(i => "e-" + i)], None),
            "received_events_pkey") with { AtMost = 2 },
        Of<IReceivedEvents>(
            "a batch is received",
            received => received.ReceiveAsync("/teams/payment", [.. Enumerable.Range(1, 250).Select(i => new ReceivedEvent($"new-{i}", []))], None)) with { AtMost = 250 },
        Of<IIdempotencyStore>(
            "an idempotency key",
            keys => keys.ClaimAsync("k-9", "h", "o-9", "me", TimeSpan.FromMinutes(1), None),
            "idempotency_keys_pkey") with { AtMost = 4 },
        Of<IGuestTokens>("a guest's token", tokens => tokens.OrderOfAsync("any", None), "guest_tokens_pkey"),
        Of<IUnpaidOrders>("a guest's unpaid orders", unpaid => unpaid.ClaimOfGuestAsync("o-new", "010-1", 5, None), "guest_orders_by_phone", "unpaid_claims_of_owner")
            with { AtMost = 5 },
        Of<IGuestOrders>("a guest's orders", guests => guests.FindAsync("010-1", "m-1", None), "guest_orders_by_phone") with { AtMost = 3, SortsFew = true },
        Of<ICartStore>("a cart", carts => carts.FindAsync("m-9", None), "carts_pkey"),
        Of<IAddressStore>("a member's addresses", addresses => addresses.ListAsync("m-9", None), "addresses_by_id") with { SortsFew = true },
    ];

    private static IEnumerable<HotCall> Relays(int page) =>
    [
        Of<INotificationOutbox>("the notifications that are due", outbox => outbox.ClaimAsync("me", page, TimeSpan.FromMinutes(1), None), "notifications_due")
            with { SortsFew = true },
        Of<INotificationOutbox>("a notification was delivered", outbox => outbox.DeliveredAsync("n-400", "me", None), "notifications_once|notifications_of_owner"),
        Of<ISubscriberQueues>("whether a subscriber is behind", queues => queues.FollowAsync("erp", _ => true, page, None), "events_by_commit") with { AtMost = 2 },
        Of<ISubscriberQueues>("the queues that are due", queues => queues.ClaimAsync("erp", "me", page, TimeSpan.FromMinutes(1), None), "event_lanes_due"),
        Of<ISubscriberQueues>(
            "a queue's events", queues => queues.ReadAsync(new SubscriberQueue("erp", "o-9", "me", 26, 29, 0, null), page, None), "events_of_order"),
        Of<IDeadLetters>("the dead letters", letters => letters.ListAsync(null, page, null, None), "event_lanes_dead") with { SortsFew = true },
    ];

    private static IEnumerable<HotCall> Settlement(DateOnly day, int page) =>
    [
        Of<ISettlementQueries>("a day", days => days.FindDayAsync(day, None)),
        Of<ISettlementQueries>("a day's statements", days => days.StatementsAsync(new StatementFilter(Day: day, Limit: page), None), "statements_of_day", "payout_statements_by_statement"),
        Of<ISettlementQueries>(
            "a seller's statements", days => days.StatementsAsync(new StatementFilter(SellerId: "s-9", Limit: page), None), "statements_of_seller"),
        Of<ISettlementQueries>("a day's totals", days => days.TotalsAsync(new StatementFilter(Day: day), None), "statements_of_day"),
        Of<ISettlementQueries>("a statement", days => days.FindStatementAsync("s-2", day, None), "statements_of_"),
        Of<ISettlementQueries>("a statement's lines", days => days.LinesAsync("s-2", day, 0, page, None), "statement_lines_of_statement", "settlement_entries_pkey"),
        Of<ISettlementQueries>(
            "the first lines of a page of statements",
            async days => await days.FirstLinesAsync((await days.StatementsAsync(new StatementFilter(Day: day, Limit: page), None)).Items, page, None),
            "statement_lines_of_statement", "settlement_entries_pkey") with { AtMost = 2 },
        Of<ISettlementQueries>("what of a page of payouts waits", days => days.AttentionsAsync([.. Enumerable.Range(0, page).Select(i => "po-" + i)], None)),
        Of<ISettlementQueries>("the newest payouts", days => days.PayoutsAsync(new PayoutFilter(Limit: page), None), "payouts_newest", "payout_statements_pkey")
            with { AtMost = 2 },
        Of<ISettlementQueries>("a seller's payouts", days => days.PayoutsAsync(new PayoutFilter(SellerId: "s-9", Limit: page), None), "payouts_of_seller")
            with { AtMost = 2 },
        Of<ISettlementQueries>("a payout", days => days.FindPayoutAsync("po-9", None), "payouts_pkey", "payout_statements_pkey") with { AtMost = 2 },
    ];

    private static IEnumerable<HotCall> Housekeeping(int page) =>
    [
        Of<ICartStore>("carts that an order took", carts => carts.UnsettledAsync(DateTimeOffset.UtcNow, page, None)),
        Of<IIdempotencyStore>("what requests left behind", keys => keys.PurgeAsync(None), "idempotency_keys_by_age", "received_events_by_age", "handed_events_by_age")
            with { AtMost = 5 },
    ];

    private static HotCall Of<T>(string name, Func<T, Task> call, params string[] indexes)
        where T : notnull => new(name, services => call(services.GetRequiredService<T>()), indexes);
}
