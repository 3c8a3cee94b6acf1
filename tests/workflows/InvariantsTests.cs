using System.Text.Json;
using OrderOrchestration.Partners.Accounting;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Invariants;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>Tests of the invariants' checker: it finds each breach, and finds none in an order that meets them all.</summary>
public sealed class InvariantsTests
{
    private static readonly OrderAccount Account = new(
        "o-1",
        [new UnitCount("p-101", 2, 0, 0, 0, 2, 0, 2, 0, 0)],
        [new PaymentAccount("pay-1", "o-1", 1, Partners.Payments.PaymentStatus.Approved, "card", 33_000, 33_000, 0, [])],
        33_000, 0, 0, 1_000, 0, 330, 0, 1, 0, 1, 33_000,
        [new ShipmentEntry("o-1-1", "wh-seoul", ShipmentState.Delivered, "W-1", 0)],
        0,
        0);

    private static readonly OrderView View = new()
    {
        OrderId = "o-1",
        Status = OrderStatus.Completed,
        Amounts = new OrderAmounts(new Won(34_000), default, default, default, new Won(1_000), new Won(33_000)),
        Lines = [new OrderLineView("p-101", "s-1", "shirt", 2, new Won(15_000), default, new Won(30_000), 0)],
        Payments = [new PaymentView(1, "card", PaymentStatus.Approved, default)],
        Shipments = [new ShipmentView("o-1-1", "wh-seoul", ShipmentStatus.Delivered, [new LineQuantity("p-101", 2)])],
        CreatedAt = default,
        UpdatedAt = default,
    };

    private static readonly ObservedOrder Sound = new("o-1", View, [Published("order.completed")], Account, [], IsOver: true);

    [Test]
    public void An_order_that_meets_every_invariant_has_no_breach() => Assert.That(OrderInvariants.BreachesOf(Sound), Is.Empty);

    [TestCaseSource(nameof(Broken))]
    public void A_breach_of_an_invariant_is_found(object observed, string breach) =>
        Assert.That(OrderInvariants.BreachesOf((ObservedOrder)observed), Has.Some.Contains(breach));

    private static IEnumerable<TestCaseData> Broken()
    {
        var second = Account.Payments[0] with { PaymentId = "pay-2", Attempt = 2 };
        yield return Case("charged_twice", Account with { CardCharged = 66_000, Payments = [Account.Payments[0], second] }, "charged 2 times");
        yield return Case("money_not_refunded", View with { Refunds = [Refund(10_000, 0)] }, "the customer keeps 23000");
        yield return Case("money_refunded_without_a_refund", Account with { CardRefunded = 5_000 }, "the card holds 28000");
        yield return Case("points_not_restored", View with { Refunds = [Refund(0, 500)] }, "the customer keeps 500");
        yield return Case("goods_not_sent", Account with { Units = [Account.Units[0] with { Shipped = 1 }] }, "left the house");
        yield return Case("stock_still_held", Account with { Units = [Account.Units[0] with { Held = 1 }] }, "are held");
        yield return Case("stock_restored_twice", Account with { Units = [Account.Units[0] with { Restored = 3 }] }, "restored twice");
        yield return Case("coupon_used_twice", Account with { CouponRedemptions = 2 }, "invariant 3");
        yield return Case("coupon_back_after_delivery", Account with { CouponRestorations = 1 }, "invariant 3");
        yield return Case("attempt_left_open", Account with { PendingPayments = 1 }, "an open attempt");
        yield return Case("parcel_asked_for_twice", Account with { Shipments = [Account.Shipments[0], Account.Shipments[0]] }, "other parcels");
        yield return Case("purchase_recorded_twice", Account with { PurchasesRecorded = 2 }, "purchase recorded twice");
        yield return Case("over_without_an_end", View with { Status = OrderStatus.Delivered }, "invariant 4");
        yield return Case("cancelled_without_a_reason", View with { Status = OrderStatus.Cancelled }, "without saying why");
        yield return Case("published_twice", Sound with { Timeline = [Published("order.completed"), Published("order.completed") with { Id = "again" }] }, "published twice");
        yield return Case("refused_and_money_kept", Sound with { View = null }, "money of a refused order");
    }

    private static TestCaseData Case(string name, OrderAccount account, string breach) => Case(name, Sound with { Account = account }, breach);

    private static TestCaseData Case(string name, OrderView view, string breach) => Case(name, Sound with { View = view }, breach);

    private static TestCaseData Case(string name, ObservedOrder observed, string breach) => new TestCaseData(observed, breach).SetArgDisplayNames(name);

    private static RefundView Refund(long card, long points) =>
        new("r-1", new Won(card), new Won(points), RefundStatus.Completed, "defective", [], ReturnRequired: false, default);

    private static OrderEvent Published(string type) => new($"o-1/{type}/1", "/teams/order", type, "o-1", default, JsonSerializer.SerializeToElement(new { }));
}
