using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>What a hosted Temporal bills for an order (design §4), counted from the real history.</summary>
public sealed class CostTests
{
    private OrderHarness harness = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => harness = await OrderHarness.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await harness.DisposeAsync();

    /// <summary>
    /// The 21: start and place; reserve, request the payment, commit, request the parcel, record the purchase (5 activities); 5 events and their 4 records in the same
    /// task; 2 timers (payment, confirmation); 2 upserts (preparing, completed); the last record.
    /// </summary>
    [Test]
    public async Task The_happy_path_costs_at_most_21_actions_80_events_and_64_KB()
    {
        var order = await harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()));
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await harness.Calls.WhenAsync(() => order.Account.Shipments.Count == 1);
        var shipmentId = order.Account.Shipments.Single().ShipmentId;
        foreach (var type in new[] { "logistics.dispatch-started", "logistics.dispatched", "logistics.shipping-started", "logistics.delivered" })
        {
            await order.TellAsync(type, new { order.OrderId, shipmentId, waybill = "W-1", carrier = "CJ", courier = "김기사" });
            await order.WhenAsync(stored => stored.Has(type));
            await order.ViewAsync();
        }

        await order.WhenEndedAsync();
        var history = await order.Handle.FetchHistoryAsync();
        var bytes = history.Events.Sum(entry => entry.CalculateSize());
        await TestContext.Out.WriteLineAsync($"{Describe(history.Events)}: {HostedActions.Of(history.Events)} actions, {history.Events.Count} events, {bytes} bytes");

        Assert.That(order.Stored!.View.Status, Is.EqualTo(OrderStatus.Completed));
        Assert.That(HostedActions.Of(history.Events), Is.LessThanOrEqualTo(21));
        Assert.That(history.Events, Has.Count.LessThanOrEqualTo(80));
        Assert.That(bytes, Is.LessThanOrEqualTo(64 * 1024));
    }

    [Test]
    public async Task A_payment_declined_once_costs_at_most_32_actions() => await CostsAtMostAsync(32, async order =>
    {
        await order.LetAsync("payment.declined");
        await order.AskAsync(wf => wf.PayAsync(new PayCommand("card")));
        await DeliverAsync(order);
    }, method: "card-card-status");

    [Test]
    public async Task A_cancellation_after_payment_costs_at_most_18_actions() => await CostsAtMostAsync(18, async order =>
    {
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await order.AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind")));
    });

    [Test]
    public async Task A_partial_return_costs_at_most_36_actions() => await CostsAtMostAsync(36, async order =>
    {
        await DeliverAsync(order);
        await order.AskAsync(wf => wf.RequestRefundAsync(new RefundCommand("r-1", "defective", true, new[] { new LineQuantity("p-101", 1) })));
        await order.LetAsync("logistics.return-picked-up");
        await order.WhenInAsync(OrderStatus.PartiallyRefunded);
    });

    [Test]
    public async Task An_exchange_costs_at_most_48_actions() => await CostsAtMostAsync(48, async order =>
    {
        await DeliverAsync(order);
        await order.AskAsync(wf => wf.RequestExchangeAsync(new ExchangeCommand("x-1", "defective", new[] { new LineQuantity("p-101", 1) })));
        await order.LetUntilAsync(stored => stored.Has("order.exchange-completed"));
    });

    /// <summary>Plays an order, waits for its end and counts; what was counted is in the test's output.</summary>
    private async Task CostsAtMostAsync(int actions, Func<PlacedOrder, Task> play, string method = "card")
    {
        var order = await harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()).PayingBy(method));
        await play(order);
        await order.WhenEndedAsync();
        var history = await order.Handle.FetchHistoryAsync();
        await TestContext.Out.WriteLineAsync(
            $"{Describe(history.Events)}: {HostedActions.Of(history.Events)} actions, {history.Events.Count} events, {history.Events.Sum(entry => entry.CalculateSize())} bytes");

        Assert.That(HostedActions.Of(history.Events), Is.LessThanOrEqualTo(actions));
    }

    private static async Task DeliverAsync(PlacedOrder order)
    {
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));
    }

    private static string Describe(IReadOnlyCollection<HistoryEvent> events) => string.Join(", ", events
        .Select(entry => entry.EventType switch
        {
            EventType.ActivityTaskScheduled => entry.ActivityTaskScheduledEventAttributes.ActivityType.Name,
            EventType.TimerStarted => "timer",
            EventType.WorkflowExecutionStarted => "start",
            EventType.WorkflowExecutionSignaled => "signal",
            EventType.WorkflowExecutionUpdateAccepted => "update",
            EventType.UpsertWorkflowSearchAttributes => "upsert",
            EventType.MarkerRecorded => "local activity",
            _ => null,
        })
        .OfType<string>());
}
