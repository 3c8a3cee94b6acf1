using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Workflows.Faults;

/// <summary>The other teams' events repeated, late, lost at first, and in any order: the order ends as it would without these faults.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class WebhookFaultsTests : OrderTests
{
    private static readonly Scenario[] Covered =
    [
        Scenarios.Completed, Scenarios.Declined, Scenarios.Recalled, Scenarios.Returned, Scenarios.Exchanged, Scenarios.RefundedSlowly,
    ];

    private static readonly (string Name, WebhookFault Fault)[] Disturbances =
    [
        ("come_three_times", new WebhookFault(Repetitions: 2)),
        ("come_late", new WebhookFault(DelayMs: 50)),
        ("are_lost_twice_first", new WebhookFault(DropTries: 2)),
    ];

    [TestCaseSource(nameof(Cases))]
    public async Task Repeated_late_and_lost_events_lead_to_the_same_end(object scenario, WebhookFault fault)
    {
        await EndAsync((Scenario)scenario, [new FaultRule(Webhooks: fault)], journey => ((Scenario)scenario).Then(journey));
    }

    [Test]
    public async Task Events_in_any_order_lead_to_the_same_end([Range(1, 6)] int seed, [Values("completed", "recalled", "exchanged")] string name)
    {
        var scenario = Covered.Single(known => known.Name == name);
        FaultRule[] rules =
        [
            new(Team.Logistics, Probability: 0.5, Webhooks: new WebhookFault(Reorder: true)), new(Probability: 0.3, Webhooks: new WebhookFault(Repetitions: 1)),
        ];

        await EndAsync(scenario, rules, journey => InAnyOrderAsync(scenario, journey), seed);
    }

    [Test]
    public async Task Hotspot_4_an_approval_that_was_found_at_the_timeout_is_applied_once_when_its_event_arrives_later()
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()));
        Harness.Teams.Faults.Set(new FaultRule(Team.Payment, EventType: "payment.approved", Webhooks: new WebhookFault(DelayMs: 1_000)));
        await order.LetTeamsActAsync();

        await Harness.SkipAsync(TimeSpan.FromMinutes(5));
        await order.WhenInAsync(OrderStatus.Preparing);
        await Harness.Teams.WhenSettledAsync();
        var after = await order.WhenAsync(stored => stored.Types.Count(type => type == "payment.approved") == 2);

        Assert.That(after.Events.Last(published => published.Type == "payment.approved").Data.GetProperty("ignored").GetString(), Does.Contain("already approved"));
        Assert.That((order.Account.CardCharged, order.Account.CardRefunded), Is.EqualTo((113_000L, 0L)));
    }

    private async Task EndAsync(Scenario scenario, IEnumerable<FaultRule> rules, Func<Journey, Task> then, int? seed = null)
    {
        var journey = new Journey(Harness, scenario.Request(OrderHarness.NewOrderId()), new());
        await using var retries = Harness.SkipRetries();
        await (scenario.Before?.Invoke(journey) ?? Task.CompletedTask);
        Harness.Teams.Faults.Set(rules, seed);
        await then(journey);
        await Harness.Teams.WhenSettledAsync();
        var ended = await journey.Order.WhenEndedAsync();

        Assert.That(ended.Status, Is.EqualTo(scenario.End));
        Assert.That(journey.Order.Stored!.Has("order.needs-attention"), Is.False);
    }

    private static async Task InAnyOrderAsync(Scenario scenario, Journey journey)
    {
        if (scenario == Scenarios.Completed)
        {
            await journey.PayAsync();
            await AllAtOnceUntilAsync(journey, stored => stored.IsIn(OrderStatus.Delivered));
            await journey.ConfirmAsync();
        }
        else if (scenario == Scenarios.Recalled)
        {
            await AllAtOnceUntilAsync(journey, stored => stored.IsIn(OrderStatus.Cancelled));
        }
        else
        {
            await journey.Order.AskAsync(wf => wf.RequestExchangeAsync(new ExchangeCommand("x-1", "wrong-item", new[] { new LineQuantity("p-202", 2) })));
            await AllAtOnceUntilAsync(journey, stored => stored.Has("order.exchange-completed"));
        }
    }

    /// <summary>The teams do all they can at once, so that events overtake each other.</summary>
    private static async Task AllAtOnceUntilAsync(Journey journey, Func<Stored, bool> isThere)
    {
        while (!isThere(journey.Order.Stored!))
        {
            await journey.Harness.Calls.WhenAsync(() => journey.Harness.Teams.Steps.Pending(journey.Request.OrderId).Count > 0 || isThere(journey.Order.Stored!));
            journey.Harness.Teams.Steps.RunAll(journey.Request.OrderId);
        }

        await journey.Order.WhenAtRestAsync();
    }

    private static IEnumerable<TestCaseData> Cases() =>
        from disturbance in Disturbances
        from scenario in Covered
        select new TestCaseData(scenario, disturbance.Fault).SetArgDisplayNames(scenario.Name, disturbance.Name);
}
