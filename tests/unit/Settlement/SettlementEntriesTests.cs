using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Settlement;
using static OrderOrchestration.Tests.Unit.Given;
using static OrderOrchestration.Tests.Unit.Settlement.CompletedOrder;

namespace OrderOrchestration.Tests.Unit.Settlement;

/// <summary>What an order means for its sellers (seed §5.7, hotspots 21 to 23).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SettlementEntriesTests
{
    [Test]
    public void The_seeds_numbers_come_out_to_the_won()
    {
        var sale = Of(QuotedOf("p-1", 1, 1_000_000)).Complete().Single();

        Assert.That(sale.Sales, Is.EqualTo(Won(1_000_000)));
        Assert.That(sale.Commission, Is.EqualTo(Won(100_000)));
        Assert.That(sale.Net, Is.EqualTo(Won(900_000)));
    }

    [Test]
    public void Hotspot_22_commission_is_on_the_amount_after_seller_funded_discounts_and_points_are_the_platforms_cost()
    {
        var sale = Of(QuotedOf("p-1", 2, 50_000, coupon: 10_000, tier: 4_500, points: 5_000)).BearingOfCoupons(0.5m)
            .Complete().Single();

        Assert.That(sale.SellerDiscount, Is.EqualTo(Won(5_000)));
        Assert.That(sale.CommissionBasis, Is.EqualTo(Won(95_000)));
        Assert.That(sale.Commission, Is.EqualTo(Won(9_500)));
        Assert.That(sale.Net, Is.EqualTo(Won(85_500)));
    }

    [Test]
    public void Hotspot_23_a_coupon_is_shared_as_it_says_and_the_tier_is_the_platforms()
    {
        var sale = Of(QuotedOf("p-1", 1, 50_000, coupon: 999, tier: 1_000)).BearingOfCoupons(0.5m).Complete().Single();

        Assert.That(sale.SellerDiscount, Is.EqualTo(Won(499)), "rounded down to the won");
        Assert.That(sale.PlatformDiscount, Is.EqualTo(Won(1_500)));
    }

    [Test]
    public void CommissionRates_a_rate_is_its_categorys_or_the_default_whatever_the_letter_case()
    {
        var order = Of(QuotedOf("p-1", 1, 1_999, category: "food"), QuotedOf("p-2", 1, 1_999, category: "toys"));
        order.With(state => state with { Policies = state.Policies with { CommissionRates = new CommissionRates { ["Food"] = 0.035m } } });

        Assert.That(order.Complete().Select(sale => (sale.CommissionRate, sale.Commission)), Is.EqualTo(new[] { (0.035m, Won(69)), (0.10m, Won(199)) }));
    }

    [Test]
    public void Units_refunded_before_completion_are_never_settled()
    {
        var order = Of(QuotedOf("p-1", 3, 10_000, coupon: 100), QuotedOf("p-2", 1, 10_000)).BearingOfCoupons(1m);
        var before = order.Refund("r-1", "p-1", 2).Concat(order.Refund("r-2", "p-2", 1));
        var sale = order.Complete().Single();

        Assert.That(before, Is.Empty);
        Assert.That((sale.Quantity, sale.Sales, sale.SellerDiscount), Is.EqualTo((1, Won(10_000), Won(34))));
        Assert.That(sale.Commission, Is.EqualTo(Won(996)));
    }

    [Test]
    public void Hotspot_21_a_refund_after_completion_is_a_negative_entry_of_its_own_day()
    {
        var order = Of(QuotedOf("p-1", 2, 10_000));
        order.Complete();
        var refund = order.Refund("r-1", "p-1", 1, Noon.AddDays(3)).Single();

        Assert.That(refund.Kind, Is.EqualTo(SettlementEntryKind.Refund));
        Assert.That(
            (refund.Quantity, refund.Sales, refund.Commission, refund.Net, BusinessDay.Of(refund.At)),
            Is.EqualTo((-1, Won(-10_000), Won(-1_000), Won(-9_000), new DateOnly(2026, 1, 18))));
    }

    [Test]
    public void Refunds_in_any_steps_take_back_exactly_the_sale()
    {
        var order = Of(QuotedOf("p-1", 3, 3_333, coupon: 1_000, tier: 77)).BearingOfCoupons(0.3m);
        var sale = order.Complete().Single();
        var back = Enumerable.Range(1, 3).SelectMany(step => order.Refund($"r-{step}", "p-1", 1)).ToList();

        Assert.That(back.Aggregate(sale.Net, (sum, entry) => sum + entry.Net), Is.EqualTo(Won(0)));
        Assert.That(back.Aggregate(sale.Commission, (sum, entry) => sum + entry.Commission), Is.EqualTo(Won(0)));
        Assert.That(back.Aggregate(sale.PlatformDiscount, (sum, entry) => sum + entry.PlatformDiscount), Is.EqualTo(Won(0)));
    }

    [Test]
    public void A_refund_that_is_applied_twice_gives_the_same_entry_with_the_same_id()
    {
        var order = Of(QuotedOf("p-1", 3, 10_000));
        order.Complete();
        order.Refund("r-0", "p-1", 1);
        var first = order.Refund("r-1", "p-1", 1);

        Assert.That(order.Refund("r-1", "p-1", 1), Is.EqualTo(first));
    }

    [Test]
    public void Invariant_5_units_cancelled_before_dispatch_are_never_settled()
    {
        var order = Of(QuotedOf("p-1", 3, 10_000));
        order.With(state => state with
        {
            Refunds =
            [
                new Refund("c-1", RefundKind.PartialCancellation, "partial-cancellation", [Line("p-1")], Noon.AddDays(-1))
                {
                    Status = RefundStatus.Processing,
                    MoneyRequestedAt = Noon.AddHours(-2),
                },
            ],
        });

        Assert.That(order.Complete().Single(), Has.Property("Quantity").EqualTo(2).And.Property("Sales").EqualTo(Won(20_000)));
        Assert.That(order.Refund("r-1", "p-1", 2).Single(), Has.Property("Quantity").EqualTo(-2).And.Property("Sales").EqualTo(Won(-20_000)));
    }

    [TestCase(RefundKind.Return, RefundStatus.Rejected, 3)]
    [TestCase(RefundKind.Return, RefundStatus.Completed, 2)]
    [TestCase(RefundKind.Undeliverable, RefundStatus.Completed, 2)]
    [TestCase(RefundKind.PartialCancellation, RefundStatus.Completed, 2)]
    [TestCase(RefundKind.PartialCancellation, RefundStatus.Rejected, 3)]
    [TestCase(RefundKind.LatePayment, RefundStatus.Completed, 3)]
    public void A_sale_is_of_the_units_that_no_refund_took_before_the_completion(RefundKind kind, RefundStatus status, int settled)
    {
        var order = Of(QuotedOf("p-1", 3, 10_000), QuotedOf("p-2", 1, 10_000));
        order.With(state => state with
        {
            Refunds = [new Refund("r-1", kind, "defective", [Line("p-1")], Noon.AddHours(-1)) { Status = status, MoneyRequestedAt = Noon.AddHours(-1) }],
        });

        Assert.That(order.Complete().Select(sale => (sale.ProductId, sale.Quantity)), Is.EqualTo(new[] { ("p-1", settled), ("p-2", 1) }));
    }

    [Test]
    public void A_reversal_is_not_moved_by_refunds_of_other_lines_that_are_open_rejected_or_of_a_late_payment()
    {
        // Three units cost 10,000 together: the shares of the discount are 333, 333 and 334, so the reversal tells which units it takes.
        var order = Of(QuotedOf("p-1", 3, 10_000, coupon: 1_000), QuotedOf("p-2", 3, 10_000)).BearingOfCoupons(1m);
        order.Complete();
        order.Refund("other-line", "p-2", 2);
        order.With(state => state with
        {
            Refunds =
            [
                .. state.Refunds,
                new Refund("open", RefundKind.Return, "defective", [Line("p-1")], Noon) { Status = RefundStatus.AwaitingPickup },
                new Refund("rejected", RefundKind.Return, "defective", [Line("p-1")], Noon) { Status = RefundStatus.Rejected },
                new Refund("late", RefundKind.LatePayment, "late", [Line("p-1")], Noon) { Status = RefundStatus.Completed },
            ],
        });

        Assert.That(order.Refund("r-1", "p-1", 2).Single().SellerDiscount, Is.EqualTo(Won(-666)));
        Assert.That(order.Refund("r-2", "p-1", 1).Single().SellerDiscount, Is.EqualTo(Won(-334)));
    }

    [Test]
    public void A_refund_of_a_line_that_was_never_settled_has_no_entry()
    {
        var order = Of(QuotedOf("p-1", 1, 10_000), QuotedOf("p-2", 1, 10_000));
        order.Refund("r-1", "p-1", 1);
        order.Complete();

        var repeated = order.Order.FindRefund("r-1")!;
        Assert.That(SettlementEntries.OfRefund(order.Order, repeated, Noon), Is.Empty);
    }

    [Test]
    public void Each_entry_has_an_id_that_follows_from_what_happened()
    {
        var order = Of(QuotedOf("p-1", 2, 10_000));

        Assert.That(order.Complete().Single().EntryId, Is.EqualTo("o-1/sale/p-1"));
        Assert.That(order.Refund("r-1", "p-1", 1).Single().EntryId, Is.EqualTo("o-1/refund/r-1/p-1"));
    }
}
