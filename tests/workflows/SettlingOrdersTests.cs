using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>구매 확정 기준 정산: what orders leave for settlement.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class SettlingOrdersTests
{
    private OrderHarness harness = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => harness = await OrderHarness.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await harness.DisposeAsync();

    [Test]
    public async Task An_order_that_completes_leaves_an_entry_a_line_under_the_rates_it_was_placed_under()
    {
        var request = Requests.Plain(OrderHarness.NewOrderId()) with
        {
            Lines = [new LineQuantity("p-100", 2), new LineQuantity("p-200", 1)],
            CouponCode = "SELLER5",
            Points = new Won(4_000),
        };
        var order = await harness.PlaceAsync(request, new OrderPolicies { CommissionRates = new CommissionRates { ["food"] = 0.05m } });
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await order.LetDeliverAsync();
        Assert.That(order.Stored!.Settlement, Is.Empty, "not before the customer keeps the goods");
        await order.WhenEndedAsync();
        var settled = order.Stored!.Settlement;

        Assert.That(
            settled.Select(entry => (entry.ProductId, entry.SellerId, entry.Quantity, entry.Sales, entry.CommissionRate)),
            Is.EqualTo(new[] { ("p-100", "s-1", 2, new Won(120_000), 0.10m), ("p-200", "s-2", 1, new Won(12_000), 0.05m) }));
        Assert.That(settled.Sum(entry => entry.SellerDiscount.Amount), Is.EqualTo(5_000), "the seller bears all of this coupon");
        Assert.That(settled.Select(entry => entry.Commission), Is.EqualTo(settled.Select(entry => entry.CommissionBasis.AtRate(entry.CommissionRate))));
    }

    [Test]
    public async Task An_order_that_is_cancelled_leaves_nothing_to_settle()
    {
        var order = await harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()));
        await order.AskAsync(running => running.CancelAsync(new CancelCommand("changed my mind", "customer")));
        await order.WhenInAsync(OrderStatus.Cancelled);

        Assert.That(order.Stored!.Settlement, Is.Empty);
    }
}
