using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Tests.Workflows.Worlds;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Workflows.Faults;

/// <summary>The other teams' events as they come in bad weather: again, late, lost at first, and in any order. The order ends as it would have in good weather.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class WebhookFaultsTests : OrderTests
{
    private static readonly Course[] Heard =
    [
        Courses.Kept, Courses.Declined, Courses.CalledBack, Courses.Returned, Courses.Exchanged, Courses.RefundedSlowly,
    ];

    private static readonly (string Name, WebhookFault Fault)[] BadWeather =
    [
        ("come_three_times", new WebhookFault(Repetitions: 2)),
        ("come_late", new WebhookFault(DelayMs: 50)),
        ("are_lost_twice_first", new WebhookFault(DropTries: 2)),
    ];

    [TestCaseSource(nameof(Cases))]
    public async Task Events_that_are_disturbed_lead_to_the_same_end(object course, WebhookFault fault)
    {
        await EndAsync((Course)course, [new FaultRule(Webhooks: fault)], journey => ((Course)course).Then(journey));
    }

    [Test]
    public async Task Events_in_any_order_lead_to_the_same_end([Range(1, 6)] int seed, [Values("kept", "called-back", "exchanged")] string name)
    {
        var course = Heard.Single(known => known.Name == name);
        FaultRule[] rules =
        [
            new(Team.Logistics, Probability: 0.5, Webhooks: new WebhookFault(Reorder: true)), new(Probability: 0.3, Webhooks: new WebhookFault(Repetitions: 1)),
        ];

        await EndAsync(course, rules, journey => InAnyOrderAsync(course, journey), seed);
    }

    [Test]
    public async Task Hotspot_4_an_approval_that_comes_after_its_time_out_is_known_by_then_and_taken_once()
    {
        var order = await World.PlaceAsync(Requests.Combined(OrderWorld.NewOrderId()));
        World.Teams.Faults.Set(new FaultRule(Team.Payment, EventType: "payment.approved", Webhooks: new WebhookFault(DelayMs: 1_000)));
        await order.LetTeamsActAsync();

        await World.SkipAsync(TimeSpan.FromMinutes(5));
        await order.WhenInAsync(OrderStatus.Preparing);
        await World.Teams.WhenSettledAsync();
        var told = await order.WhenAsync(stored => stored.Types.Count(type => type == "payment.approved") == 2);

        Assert.That(told.Events.Last(kept => kept.Type == "payment.approved").Data.GetProperty("ignored").GetString(), Does.Contain("already approved"));
        Assert.That((order.Account.CardCharged, order.Account.CardRefunded), Is.EqualTo((113_000L, 0L)));
    }

    private async Task EndAsync(Course course, IEnumerable<FaultRule> rules, Func<Journey, Task> then, int? seed = null)
    {
        var journey = new Journey(World, course.Request(OrderWorld.NewOrderId()), new());
        await using var retries = World.SkipRetries();
        await (course.Before?.Invoke(journey) ?? Task.CompletedTask);
        World.Teams.Faults.Set(rules, seed);
        await then(journey);
        await World.Teams.WhenSettledAsync();
        var ended = await journey.Order.WhenEndedAsync();

        Assert.That(ended.Status, Is.EqualTo(course.End));
        Assert.That(journey.Order.Stored!.Has("order.needs-attention"), Is.False);
    }

    private static async Task InAnyOrderAsync(Course course, Journey journey)
    {
        if (course == Courses.Kept)
        {
            await journey.PayAsync();
            await AllAtOnceUntilAsync(journey, stored => stored.IsIn(OrderStatus.Delivered));
            await journey.ConfirmAsync();
        }
        else if (course == Courses.CalledBack)
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
            await journey.World.Calls.WhenAsync(() => journey.World.Teams.Steps.Pending(journey.Request.OrderId).Count > 0 || isThere(journey.Order.Stored!));
            journey.World.Teams.Steps.RunAll(journey.Request.OrderId);
        }

        await journey.Order.WhenAtRestAsync();
    }

    private static IEnumerable<TestCaseData> Cases() =>
        from weather in BadWeather
        from course in Heard
        select new TestCaseData(course, weather.Fault).SetArgDisplayNames(course.Name, weather.Name);
}
