using OrderOrchestration.Tests.Unit.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Rules;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Cases;

/// <summary>The worked examples of <c>docs/processes</c>, to the won.</summary>
public sealed class WorkedExampleTests
{
    [Test]
    public void Hotspot_15a_the_example_of_a_partial_cancellation_in_cancelling_md()
    {
        var facts = Facts(Product("p-1", 60_000)) with { Member = Member("VIP") with { Birthday = null }, Coupon = CouponOf(10_000) };
        var order = OrderSpecification.Of(Request(Line("p-1", 2)) with { CouponCode = "COUPON" }, facts).Prepared();
        Assert.That(order.Order.Charged, Is.EqualTo(Won(104_500)));

        order.Cancel(lines: [Line("p-1")], cancellationId: "c-1").Stopped().AskForMoney("c-1").Finish("c-1");

        var refund = order.Refund("c-1");
        Assert.That((refund.Reason, refund.Amount.Card, refund.Amount.Fee), Is.EqualTo(("partial-cancellation", Won(54_000), Won(0))));
        Assert.That((order.Order.Status, order.Order.CancelledQuantity("p-1"), order.Order.CardLeft), Is.EqualTo((OrderStatus.Preparing, 1, Won(50_500))));
        Assert.That(order.Order.Coupon, Is.EqualTo(ResourceStatus.Held), "the coupon stays used");

        order.Completed();
        Assert.That(order.Ledger.Accrued, Is.EqualTo(Won(505)));
        var sale = SettlementEntries.OfCompletion(order.Order).Single();
        Assert.That((sale.Quantity, sale.Sales, sale.SellerDiscount, sale.PlatformDiscount), Is.EqualTo((1, Won(60_000), Won(2_500), Won(5_250))));
        Assert.That((sale.Commission, sale.Net), Is.EqualTo((Won(5_750), Won(51_750))));
    }

    [TestCase(0, 9_900, 100, 0)]
    [TestCase(430, 10_000, 0, 100)]
    public void Hotspot_24_the_example_of_a_refund_after_completion_in_returning_md(long memberHas, long card, long withheld, long clawedBack)
    {
        var facts = Facts(Product("p-1", 10_000)) with { Member = Member("BASIC") with { Birthday = null } };
        var order = OrderSpecification.Of(Request(Line("p-1", 4)), facts).Completed();
        Assert.That((order.Order.Charged, order.Ledger.Accrued), Is.EqualTo((Won(43_000), Won(430))));

        var refund = order.Refunded("r-1", RefundReasons.Defective, [Line("p-1")], memberHas: Won(memberHas));

        Assert.That((refund.Amount.Card, refund.Amount.Withheld, order.Ledger.ClawedBack), Is.EqualTo((Won(card), Won(withheld), Won(clawedBack))));
        Assert.That((order.Order.Status, order.Order.CardLeft), Is.EqualTo((OrderStatus.Completed, Won(43_000 - card))));
        var entry = SettlementEntries.OfRefund(order.Order, order.Refund("r-1"), order.Now).Single();
        Assert.That((entry.Quantity, entry.Sales, entry.Commission, entry.Net), Is.EqualTo((-1, Won(-10_000), Won(-1_000), Won(-9_000))));
    }
}
