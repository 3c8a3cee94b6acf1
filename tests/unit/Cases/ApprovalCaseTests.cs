using OrderOrchestration.Tests.Unit.Orders;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Shipping;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Cases;

/// <summary>10만원 이상 환불은 관리자 승인 필요: case 15 and related rules.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ApprovalCaseTests
{
    [Test]
    public void Case_15_money_without_goods_waits_for_an_admin_each_time_a_customer_asks()
    {
        var order = TenTimes90_000();

        for (var i = 1; i <= 10; i++)
        {
            order.AskRefund($"r-{i}", RefundReasons.Defective, [Line("p-1")], returnRequired: false);
        }

        Assert.That(order.Order.Refunds.Select(refund => refund.Status), Is.EqualTo(Enumerable.Repeat(RefundStatus.AwaitingApproval, 10)));
    }

    [Test]
    public void Case_15_splitting_a_refund_with_goods_does_not_evade_the_approval_threshold()
    {
        var order = TenTimes90_000();

        for (var i = 1; i <= 10; i++)
        {
            order.AskRefund($"r-{i}", RefundReasons.Defective, [Line("p-1")]);
        }

        Assert.That(
            order.Order.Refunds.Select(refund => refund.Status),
            Is.EqualTo(Enumerable.Repeat(RefundStatus.AwaitingApproval, 9).Prepend(RefundStatus.AwaitingPickup)));
    }

    [TestCase("operator:lee", RefundStatus.AwaitingApproval)]
    [TestCase("admin:kim", RefundStatus.Processing)]
    public void A_refund_without_goods_is_approved_by_an_admin_whoever_requests_it(string by, RefundStatus status)
    {
        var order = TenTimes90_000().AskRefund("r-1", RefundReasons.Defective, [Line("p-1")], returnRequired: false, by);

        Assert.That((order.Refund("r-1").Status, order.Refund("r-1").DecidedBy), Is.EqualTo((status, status == RefundStatus.Processing ? by : null)));
    }

    [Test]
    public void Money_without_goods_is_never_given_for_a_change_of_mind() =>
        Assert.That(TenTimes90_000().AskRefund("r-1", RefundReasons.ChangeOfMind, [Line("p-1")], returnRequired: false).Refund("r-1").ReturnRequired, Is.True);

    [TestCase(99_999, RefundStatus.AwaitingPickup)]
    [TestCase(100_000, RefundStatus.AwaitingApproval)]
    public void RefundApprovalThreshold_is_card_and_points_from_100_000(long price, RefundStatus status)
    {
        var facts = Facts(Product("p-1", price), Product("p-2", 50_000)) with { Member = Member(points: 60_000) };
        var order = OrderSpecification.Of(Request(Line("p-1"), Line("p-2")) with { Points = Won(60_000) }, facts).Delivered();

        Assert.That(order.AskRefund("r-1", RefundReasons.Defective, [Line("p-1")]).Refund("r-1").Status, Is.EqualTo(status));
    }

    [Test]
    public void A_rejected_refund_does_not_count_toward_the_threshold()
    {
        var order = TenTimes90_000().AskRefund("r-1", RefundReasons.Defective, [Line("p-1")], returnRequired: false).DecideRefund("r-1", approved: false);

        Assert.That(order.AskRefund("r-2", RefundReasons.Defective, [Line("p-1")]).Refund("r-2").Status, Is.EqualTo(RefundStatus.AwaitingPickup));
    }

    [Test]
    public void Hotspot_15a_a_partial_cancellation_needs_no_approval_and_does_not_count_toward_the_threshold()
    {
        var order = OrderSpecification.Of(Request(Line("p-1", 10)), Facts(Product("p-1", 90_000))).Paid().Cancel(lines: [Line("p-1", 5)], cancellationId: "c-1");
        Assert.That(order.Refund("c-1").Status, Is.EqualTo(RefundStatus.Processing));

        order.AskForMoney("c-1").Finish("c-1").Delivered().AskRefund("r-1", RefundReasons.Defective, [Line("p-1")]);

        Assert.That(order.Refund("r-1").Status, Is.EqualTo(RefundStatus.AwaitingPickup));
    }

    [Test]
    public void Refunds_of_undeliverable_parcels_count_toward_the_approval_threshold()
    {
        var facts = Facts(Product("p-1", 90_000), Product("p-2", 90_000) with { PreOrder = true });
        var order = OrderSpecification.Of(Request(Line("p-1"), Line("p-2")), facts).Prepared();
        order.When(Logistics.Says(EventTypes.ReturnedToSender, "o-1-2")).Given(new ShipmentRestocked(order.Now, "o-1-2", []));
        order.When(ShippingRules.ReturnedToSender(order.Order, order.Order.FindShipment("o-1-2")!, order.Now)).Delivered();

        Assert.That(order.AskRefund("r-1", RefundReasons.Defective, [Line("p-1")]).Refund("r-1").Status, Is.EqualTo(RefundStatus.AwaitingApproval));
    }

    [Test]
    public void A_decision_is_admitted_once()
    {
        var order = TenTimes90_000().AskRefund("r-1", RefundReasons.Defective, [Line("p-1")], returnRequired: false);

        Assert.That(order.DecideRefund("r-1", approved: true).Refused, Is.Null);
        Assert.That(order.DecideRefund("r-1", approved: false).Refused?.Slug, Is.EqualTo("refund-already-decided"));
        Assert.That(order.DecideRefund("r-9", approved: true).Refused?.Slug, Is.EqualTo("unknown-refund"));
    }

    private static OrderSpecification TenTimes90_000() => OrderSpecification.Of(Request(Line("p-1", 10)), Facts(Product("p-1", 90_000))).Delivered();
}
