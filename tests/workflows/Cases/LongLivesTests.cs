using EmbeddedTemporal.Common;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Workflows.Cases;

/// <summary>Case 17: an order that receives thousands of messages continues as new and loses none. <c>ORDER_TESTS_MANY=10050</c> sets how many.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class LongLivesTests : OrderTests
{
    private static readonly int Many = int.TryParse(Environment.GetEnvironmentVariable("ORDER_TESTS_MANY"), out var many) ? many : 1_000;

    private protected override ServerLimits? Limits { get; } = new() { SuggestContinueAsNewEvents = 300, TotalUpdates = 100 };

    [Test]
    public async Task Case_17_after_thousands_of_events_for_one_order_delivered_is_still_applied()
    {
        var order = await PreparingAsync();
        var shipmentId = order.Account.Shipments.Single().ShipmentId;
        var numbers = Enumerable.Range(1, Many);

        await Parallel.ForEachAsync(numbers, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            await order.TellAsync("product.info-changed", new { productId = "p-101", shipmentId, number = i }, id: $"{order.OrderId}-scan-{i}"));
        await order.LetDeliverAsync();

        Assert.That(order.Stored!.Types.Count(type => type == "product.info-changed"), Is.EqualTo(Many));
        Assert.That(await RunsOfAsync(order), Is.GreaterThan(1));
        await order.AskAsync(wf => wf.ConfirmAsync());
        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
    }

    [Test]
    public async Task Case_17_after_hundreds_of_address_changes_a_refund_is_still_admitted()
    {
        var order = await PreparingAsync();
        for (var i = 1; i <= Many / 5; i++)
        {
            var command = new ChangeAddressCommand(new ShippingAddress("김주문", "010-1111-0001", "48058", $"부산시 {i}"), new ServiceabilityFact(true, false), 0);
            await order.AskAsync(wf => wf.ChangeAddressAsync(command));
        }

        await order.LetDeliverAsync();
        var refund = new RefundCommand("r-1", RefundReasons.Defective, true, [new LineQuantity("p-101", 1)]);
        var asked = await order.AskAsync(wf => wf.RequestRefundAsync(refund));

        Assert.That(asked.Refunds.Single().Status, Is.EqualTo(RefundStatus.AwaitingPickup));
        Assert.That(asked.ShipTo!.Address1, Is.EqualTo($"부산시 {Many / 5}"));
        Assert.That(await RunsOfAsync(order), Is.GreaterThan(1));
    }

    private async Task<int> RunsOfAsync(PlacedOrder order)
    {
        var runs = 0;
        await foreach (var run in Harness.Client.ListWorkflowsAsync($"WorkflowId = '{order.Handle.Id}'"))
        {
            runs += run.Id == order.Handle.Id ? 1 : 0;
        }

        return runs;
    }

    private async Task<PlacedOrder> PreparingAsync()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()).ByAnotherMember());
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await Harness.Calls.WhenAsync(() => order.Account.Shipments.Count == 1);
        return order;
    }
}
