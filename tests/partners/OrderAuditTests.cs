using OrderOrchestration.Partners.Accounting;
using OrderOrchestration.Partners.Members;
using OrderOrchestration.Partners.Notifications;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>The books' audit of an order: invariants (truths) 1, 2, 3 and 6 of domain.md §5, with every difference named.</summary>
public sealed class OrderAuditTests
{
    private static readonly RefundEntry Ours = new("r-1", 10_000, "x", DateTimeOffset.UnixEpoch, Asked: 10_000);

    private static readonly PaymentAccount Paid =
        new("pay-1", "o-1", 1, PaymentStatus.Approved, "card", 30_000, 30_000, 0, []);

    private static readonly UnitCount Delivered = new("p-1", 2, 0, 0, 0, 2, 0, 2, 0, 0);

    private static IEnumerable<TestCaseData> Differences()
    {
        yield return Case(1, "charged 2 times", Order([Paid, Paid with { PaymentId = "pay-2", Attempt = 2 }]));
        yield return Case(1, "29999 won were taken, 30000 asked for", Order([Paid with { Charged = 29_999 }]));
        yield return Case(1, "30001 won went back of 30000", Order([Paid with { Refunded = 30_001 }]));
        yield return Case(1, "1 won went back, 10000 were asked for", Order([Paid with { Refunded = 1, Refunds = [Ours with { Amount = 1 }] }]));
        yield return Case(1, "30000 won are kept though nothing is sold", Order([Paid], units: []));
        yield return Case(1, "500 points are kept though nothing is sold", Order([], units: []) with { PointsUsed = 500 });
        yield return Case(1, "600 points were restored, 500 used", Order([Paid]) with { PointsUsed = 500, PointsRestored = 600 });
        yield return Case(1, "600 points were clawed back, 500 accrued", Order([Paid]) with { PointsAccrued = 500, PointsClawedBack = 600 });
        yield return Case(2, "3 units were restored, 2 sold", Order([Paid], Delivered with { Restored = 3 }));
        yield return Case(2, "3 units were shipped, 2 sold", Order([Paid], Delivered with { Shipped = 3 }));
        yield return Case(2, "3 units came back, 2 were shipped", Order([Paid], Delivered with { PickedUp = 3 }));
        yield return Case(2, "2 units are sold, 1 with the customer", Order([Paid], Delivered with { Shipped = 1 }));
        yield return Case(2, "1 units are sold, 2 with the customer", Order([Paid], Delivered with { Restored = 1 }));
        yield return Case(3, "redeemed 2 times", Order([Paid]) with { CouponRedemptions = 2 });
        yield return Case(3, "restored 2 times", Order([Paid]) with { CouponRedemptions = 1, CouponRestorations = 2 });
        yield return Case(6, "2 attempts are open", Order([Paid]) with { PendingPayments = 2 });
        yield return Case(6, "the purchase was recorded 2 times", Order([Paid]) with { PurchasesRecorded = 2 });
    }

    private static IEnumerable<TestCaseData> Sound()
    {
        yield return Sane("an order that was delivered", Order([Paid]));
        yield return Sane("a declined attempt before", Order([Paid with { PaymentId = "pay-0", Charged = 0, Status = PaymentStatus.Declined }, Paid]));
        yield return Sane("another attempt whose money went back", Order([Paid, Paid with { PaymentId = "pay-2", Refunded = 30_000 }]));
        yield return Sane(
            "another attempt whose refund is under way",
            Order([Paid, Paid with { PaymentId = "pay-2", Refunds = [Ours with { Amount = 30_000, Asked = 30_000, Status = RefundStatus.Pending }] }]));
        yield return Sane("another amount that went back whole", Order([Paid with { Charged = 100, Refunded = 100 }], units: []));
        yield return Sane(
            "money that staff gave back", Order([Paid with { Refunded = 20_000, Refunds = [Ours with { Origin = RefundOrigin.Console, Asked = null }] }]));
        yield return Sane("goods that came back and were restored", Order([Paid], Delivered with { PickedUp = 2, Restored = 2 }));
        yield return Sane("goods that came back defective", Order([Paid], Delivered with { PickedUp = 1, PickedUpDefective = 1 }));
        yield return Sane("goods that are to be shipped", Order([Paid], Delivered with { Shipped = 0, ToBeShipped = 2 }));
        yield return Sane("a pre-order product, which nobody reserves", Order([Paid], new UnitCount("p-pre", 0, 0, 0, 0, 0, 0, 1, 0, 0)));
        yield return Sane("an order that was cancelled", Order([Paid with { Refunded = 30_000 }], Delivered with { Restored = 2, Shipped = 0 }));
    }

    [TestCaseSource(nameof(Differences))]
    public void A_difference_is_named_under_its_truth(int truth, string words, OrderAccount order)
    {
        var audit = OrderAudit.Of(order, [], [], IsPreOrder);

        Assert.That(audit.Select(check => check.Truth), Is.EqualTo(new[] { 1, 2, 3, 6 }));
        Assert.That(audit.Single(check => check.Truth == truth).Differences, Has.Some.Contains(words));
        Assert.That(audit.Single(check => check.Truth == truth).Holds, Is.False);
    }

    [TestCaseSource(nameof(Sound))]
    public void An_order_that_is_right_has_no_difference(OrderAccount order) =>
        Assert.That(OrderAudit.Of(order, [], [], IsPreOrder).SelectMany(check => check.Differences), Is.Empty);

    [Test]
    public void Points_are_used_and_accrued_once()
    {
        PointEntry Move(PointMove move, long points) => new("o-1", move, points);
        IReadOnlyList<string> Audit(params PointEntry[] moves) => OrderAudit.Of(Order([Paid]), moves, [], IsPreOrder).Single(c => c.Truth == 6).Differences;

        Assert.That(Audit(Move(PointMove.Use, 5), Move(PointMove.Restoration, 5), Move(PointMove.Use, 5)), Is.Empty, "used anew after a restoration");
        Assert.That(Audit(Move(PointMove.Use, 5), Move(PointMove.Use, 5)), Has.Some.Contains("used again"));
        Assert.That(Audit(Move(PointMove.Accrual, 5), Move(PointMove.Accrual, 5)), Has.Some.Contains("accrued 2 times"));
    }

    [Test]
    public void A_notification_is_sent_once()
    {
        var sent = new SentNotification("ntf-1", "m-1", "delivered", default, "o-1", "o-1/delivered", DateTimeOffset.UnixEpoch);

        Assert.That(
            OrderAudit.Of(Order([Paid]), [], [sent, sent with { NotificationId = "ntf-2" }], IsPreOrder).Single(c => c.Truth == 6).Differences,
            Has.Some.Contains("o-1/delivered was sent 2 times"));
    }

    [Test]
    public async Task The_books_show_an_orders_audit_and_card_money_with_foreign_refunds_in_it()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.SellAsync("o-1", "p-100", 1);
        var paymentId = await teams.PaidAsync("o-1", 60_000);
        await teams.ShipAsync("s-1");
        await teams.SettleAsync();
        await teams.RefundAsync(paymentId, "r-1", 10_000);
        await teams.PostAsync($"/console/payments/{paymentId}/refunds", new { amount = 5_000 });
        await teams.PostAsync($"/console/payments/{paymentId}/charge-backs", new { amount = 1_000 });
        await teams.PaidAsync("o-2");

        var books = await teams.GetAsync("/books?orderId=o-1");

        var order = books["orders"][0];
        Assert.That(
            order.GetProperty("card").GetRawText(),
            Is.EqualTo("""{"charged":60000,"refundedByOrderTeam":10000,"refundedByConsole":5000,"chargedBack":1000,"kept":44000,"refundsPending":0,"refundsFailed":0}"""));
        Assert.That(
            order.GetProperty("audit").EnumerateArray().Select(check => (check.GetProperty("truth").GetInt32(), check.GetProperty("holds").GetBoolean())),
            Is.EqualTo(new[] { (1, true), (2, true), (3, true), (6, true) }));
        Assert.That(
            order.GetProperty("payments")[0].GetProperty("refunds").EnumerateArray().Select(r => r.GetProperty("origin").GetString()),
            Is.EqualTo(new[] { "order-team", "console", "charge-back" }));
        Assert.That(books["totals"].GetProperty("card").GetProperty("kept").GetInt64(), Is.EqualTo(94_000));
        Assert.That(books["totals"].GetProperty("ordersWithDifferences").GetInt32(), Is.EqualTo(1), "o-2 is paid and nothing is sold");
    }

    private static bool IsPreOrder(string productId) => productId == "p-pre";

    private static OrderAccount Order(IReadOnlyList<PaymentAccount> payments, params UnitCount[] units) =>
        new("o-1", units, payments, payments.Sum(p => p.Charged), payments.Sum(p => p.Refunded), 0, 0, 0, 0, 0, 0, 0, 0, 0, [], 0, 0)
        {
            Card = CardMoney.Of(payments),
        };

    private static OrderAccount Order(IReadOnlyList<PaymentAccount> payments) => Order(payments, Delivered);

    private static TestCaseData Case(int truth, string words, OrderAccount order) => new TestCaseData(truth, words, order).SetArgDisplayNames(words);

    private static TestCaseData Sane(string name, OrderAccount order) => new TestCaseData(order).SetArgDisplayNames(name);
}
