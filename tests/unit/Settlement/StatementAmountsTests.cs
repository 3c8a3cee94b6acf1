using OrderOrchestration.Workflows.Settlement;
using static OrderOrchestration.Tests.Unit.Given;
using static OrderOrchestration.Tests.Unit.Settlement.CompletedOrder;

namespace OrderOrchestration.Tests.Unit.Settlement;

[Parallelizable(ParallelScope.All)]
public sealed class StatementAmountsTests
{
    [Test]
    public void A_statement_is_sales_less_seller_discount_refunds_and_commission_and_the_commission_of_refunded_lines_is_given_back()
    {
        var order = Of(QuotedOf("p-1", 4, 30_000, coupon: 12_000)).BearingOfCoupons(0.5m);
        var entries = order.Complete().Concat(order.Refund("r-1", "p-1", 1));
        var amounts = StatementAmounts.Of(entries.Select(EntrySums.Of));

        Assert.That(
            (amounts.Sales, amounts.SellerDiscount, amounts.PlatformDiscount, amounts.Refunds, amounts.Commission),
            Is.EqualTo((Won(120_000), Won(6_000), Won(6_000), Won(28_500), Won(8_550))));
        Assert.That(amounts.Amount, Is.EqualTo(Won(76_950)));
    }

    [Test]
    public void The_worked_example_of_the_documentation_comes_out_to_the_won()
    {
        var a = Of(QuotedOf("p-1", 1, 880_000));
        var b = Of(QuotedOf("p-2", 2, 60_000, coupon: 10_000, tier: 5_500)).BearingOfCoupons(0.5m);
        var fifteenth = StatementAmounts.Of(a.Complete().Concat(b.Complete()).Select(EntrySums.Of));
        var seventeenth = StatementAmounts.Of(b.Refund("r-1", "p-2", 1).Select(EntrySums.Of));
        var both = fifteenth.Plus(seventeenth);

        Assert.That(fifteenth, Is.EqualTo(new StatementAmounts(Won(1_000_000), Won(5_000), Won(10_500), Won(0), Won(99_500))));
        Assert.That(fifteenth.Amount, Is.EqualTo(Won(895_500)));
        Assert.That((seventeenth.Refunds, seventeenth.Commission, seventeenth.Amount), Is.EqualTo((Won(57_500), Won(-5_750), Won(-51_750))));
        Assert.That((both.Amount, both.Commission), Is.EqualTo((Won(843_750), Won(93_750))));
    }

    [Test]
    public void Hotspot_21_a_day_of_refunds_alone_is_a_negative_statement()
    {
        var order = Of(QuotedOf("p-1", 1, 20_000));
        order.Complete();
        var amounts = StatementAmounts.Of(order.Refund("r-1", "p-1", 1).Select(EntrySums.Of));

        Assert.That((amounts.Sales, amounts.Refunds, amounts.Commission, amounts.Amount), Is.EqualTo((Won(0), Won(20_000), Won(-2_000), Won(-18_000))));
    }

    [Test]
    public void Sums_made_by_the_database_mean_what_their_entries_mean()
    {
        var order = Of(QuotedOf("p-1", 3, 9_999, coupon: 500), QuotedOf("p-2", 2, 777)).BearingOfCoupons(0.7m);
        var entries = order.Complete().Concat(order.Refund("r-1", "p-1", 2)).Concat(order.Refund("r-2", "p-2", 1)).ToList();
        var added = entries.GroupBy(entry => entry.Kind).Select(kind => new EntrySums(
            kind.Key,
            kind.Count(),
            Won(kind.Sum(entry => entry.Sales.Amount)),
            Won(kind.Sum(entry => entry.SellerDiscount.Amount)),
            Won(kind.Sum(entry => entry.PlatformDiscount.Amount)),
            Won(kind.Sum(entry => entry.Commission.Amount))));

        Assert.That(StatementAmounts.Of(added), Is.EqualTo(StatementAmounts.Of(entries.Select(EntrySums.Of))));
    }
}
