using System.Net;
using System.Text.Json;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Partners.Webhooks;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>What the teams know outlives the process, however it ends.</summary>
public sealed class RestartTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly string[] WholeWay =
    [
        "logistics.dispatch-started", "logistics.dispatched", "logistics.shipping-started", "logistics.status-updated", "logistics.status-updated",
        "logistics.delivered",
    ];

    private readonly StateFolder folder = new();

    [TearDown]
    public void Clear() => folder.Dispose();

    [Test]
    public async Task A_death_at_any_stage_of_an_orders_life_keeps_the_books()
    {
        await using var teams = await StartAsync(StepDelay.Manual);
        foreach (var (stage, step) in Life())
        {
            await step(teams);
            await teams.SettleAsync();
            await using var next = await NextAsync(teams, StepDelay.Manual);

            Assert.That(BooksOf(next), Is.EqualTo(BooksOf(teams)), stage);
            Assert.That(next.Partners.Books.Imbalances, Is.Empty, stage);
            Assert.That(next.Partners.Steps.Pending(), Is.EqualTo(teams.Partners.Steps.Pending()), stage);
        }

        Assert.That(teams.Partners.Books.Order("o-1")!, Has.Property("CardRefunded").EqualTo(20_000).And.Property("PointsClawedBack").EqualTo(300));
    }

    [Test]
    public async Task An_orderly_end_and_a_new_start_on_the_same_file_keep_the_books()
    {
        string before;
        await using (var teams = await StartAsync(StepDelay.Manual))
        {
            foreach (var (_, step) in Life())
            {
                await step(teams);
            }

            await teams.SettleAsync();
            before = BooksOf(teams);
        }

        await using var next = await StartAsync(StepDelay.Manual);
        Assert.That(BooksOf(next), Is.EqualTo(before));
    }

    [Test]
    public async Task The_couriers_next_steps_happen_after_the_restart()
    {
        var clock = new ManualClock();
        PartnersOptions Timed(PartnersOptions options) => options with { TimeProvider = clock };
        await using var teams = await StartAsync(StepDelay.Every(TimeSpan.FromHours(1)), Timed);
        await teams.ShipAsync("s-1");
        clock.Advance(TimeSpan.FromHours(2.5));

        await using var next = await NextAsync(teams, StepDelay.Every(TimeSpan.FromHours(1)), Timed);
        Assert.That(next.Partners.Steps.Pending().Single().DueAt, Is.EqualTo(clock.GetUtcNow() + TimeSpan.FromMinutes(30)), "due when it was due");
        clock.Advance(TimeSpan.FromMinutes(30));
        Assert.That(TypesOf(next), Is.EqualTo(new[] { "logistics.dispatch-started", "logistics.dispatched", "logistics.shipping-started" }));
        clock.Advance(TimeSpan.FromHours(3));
        await next.SettleAsync();

        Assert.That(TypesOf(next), Is.EqualTo(WholeWay), "what was done is not done again");
        Assert.That(next.Receiver.TypesOf("logistics")[^1], Is.EqualTo("logistics.delivered"));
    }

    [Test]
    public async Task A_step_that_fell_due_while_nobody_was_there_happens_at_the_start()
    {
        var clock = new ManualClock();
        await using (var teams = await StartAsync(StepDelay.Every(TimeSpan.FromHours(1)), options => options with { TimeProvider = clock }))
        {
            await teams.PayAsync("o-1");
        }

        clock.Advance(TimeSpan.FromDays(1));
        await using var next = await StartAsync(StepDelay.Every(TimeSpan.FromHours(1)), options => options with { TimeProvider = clock });
        await next.SettleAsync();

        Assert.That(next.Receiver.TypesOf("payment"), Is.EqualTo(new[] { "payment.approved" }));
    }

    [Test]
    public async Task An_event_not_yet_taken_is_delivered_once_after_the_restart_under_its_id()
    {
        string id;
        await using (var teams = await StartAsync(StepDelay.Manual, options => options with { OrderApiBaseUrl = null }))
        {
            await teams.PayAsync("o-1");
            teams.Partners.Steps.RunAll();
            id = teams.Partners.Webhooks.Deliveries("o-1").Single().Event.Id;
        }

        await using (var next = await StartAsync(StepDelay.Instant))
        {
            await next.SettleAsync();
            Assert.That(next.Receiver.All.Select(r => r.Id), Is.EqualTo(new[] { id }));
        }

        await using var third = await StartAsync(StepDelay.Instant);
        await third.SettleAsync();
        Assert.That(third.Receiver.All, Is.Empty);
        Assert.That(third.Partners.Webhooks.Deliveries("o-1").Single(), Has.Property("State").EqualTo(DeliveryState.Delivered));
    }

    [Test]
    public async Task Events_of_one_order_keep_their_order_over_a_restart()
    {
        await using (var teams = await StartAsync(StepDelay.Manual, options => options with { OrderApiBaseUrl = null }))
        {
            await teams.ShipAsync("s-1");
            teams.Partners.Steps.RunAll();
        }

        await using var next = await StartAsync(StepDelay.Manual);
        await next.SettleAsync();

        Assert.That(next.Receiver.TypesOf("logistics"), Is.EqualTo(WholeWay));
    }

    [Test]
    public async Task An_idempotency_key_and_its_first_answer_outlive_the_process()
    {
        await using var teams = await StartAsync(StepDelay.Manual);
        var first = await teams.ReserveAsync("o-1", "p-600", 1, "o-1/reserve/1");

        await using var next = await NextAsync(teams, StepDelay.Manual);
        var again = await next.ReserveAsync("o-1", "p-600", 1, "o-1/reserve/1");
        var reused = await next.ReserveAsync("o-1", "p-600", 2, "o-1/reserve/1");

        Assert.That((again.Status, again.Text, again.IsReplay), Is.EqualTo((HttpStatusCode.Created, first.Text, true)));
        Assert.That(reused.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(next.Partners.Books.Order("o-1")!.Units.Single().Reserved, Is.EqualTo(1));
    }

    [Test]
    public async Task A_reservation_lapses_although_the_process_died_in_between()
    {
        var clock = new ManualClock();
        await using var teams = await StartAsync(StepDelay.Manual, options => options with { TimeProvider = clock });
        await teams.ReserveAsync("o-1", "p-600", 1, ttlSeconds: 60);

        await using var next = await NextAsync(teams, StepDelay.Manual, options => options with { TimeProvider = clock });
        Assert.That(await next.AvailableAsync("p-600"), Is.Zero);
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.That(await next.AvailableAsync("p-600"), Is.EqualTo(1));
    }

    [Test]
    public async Task Scenarios_faults_and_secrets_come_back_as_far_as_they_were_used_up()
    {
        await using var teams = await StartAsync(StepDelay.Manual);
        teams.Partners.Scenarios.Add(new PaymentRule(Outcome: PaymentOutcome.Decline, DeclineCode: "card-status", Count: 2));
        teams.Partners.Faults.Set(new FaultRule(Team: Team.Member, Status: 503, Count: 2));
        await teams.PayAsync("o-1");
        await teams.GetAsync("/member/members/m-1");

        await using var next = await NextAsync(teams, StepDelay.Manual);
        await next.PayAsync("o-2");
        await next.PayAsync("o-3");
        next.Partners.Steps.RunAll();
        var (faulty, sound) = (await next.GetAsync("/member/members/m-1"), await next.GetAsync("/member/members/m-1"));

        Assert.That(
            new[] { "o-1", "o-2", "o-3" }.Select(order => next.Partners.Payment.OfOrder(order).Single().DeclineCode),
            Is.EqualTo(new[] { "card-status", "card-status", null }));
        Assert.That((faulty.Status, sound.Status), Is.EqualTo((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK)));
        Assert.That(TeamNames.All.Select(next.Partners.WebhookSecret), Is.EqualTo(TeamNames.All.Select(teams.Partners.WebhookSecret)));
    }

    [Test]
    public async Task Fault_dice_go_on_where_they_were()
    {
        var rule = new FaultRule(Team: Team.Member, Status: 503, Probability: 0.5);
        await using var whole = await PartnersHarness.StartAsync();
        whole.Partners.Faults.Set([rule], seed: 7);
        await using var teams = await StartAsync(StepDelay.Manual);
        teams.Partners.Faults.Set([rule], seed: 7);

        var expected = await ThrowAsync(whole, 24);
        var before = await ThrowAsync(teams, 11);
        await using var next = await NextAsync(teams, StepDelay.Manual);
        var after = await ThrowAsync(next, 13);

        Assert.That(before.Concat(after), Is.EqualTo(expected));
        Assert.That(expected.Distinct().Count(), Is.EqualTo(2), "the dice fall on both sides");
    }

    private static async Task<List<HttpStatusCode>> ThrowAsync(PartnersHarness teams, int times)
    {
        var thrown = new List<HttpStatusCode>();
        for (var n = 0; n < times; n++)
        {
            thrown.Add((await teams.GetAsync("/member/members/m-1")).Status);
        }

        return thrown;
    }

    /// <summary>The whole of an order's life, with everything that the books know about.</summary>
    private static (string Stage, Func<PartnersHarness, Task> Step)[] Life()
    {
        var (reservation, payment) = (string.Empty, string.Empty);
        return
        [
            ("nothing yet", _ => Task.CompletedTask),
            ("reserved", async t => reservation = (await t.ReserveAsync("o-1", "p-601", 4)).TextOf("reservationId")),
            ("another one holds, another one let go", async t =>
            {
                await t.ReserveAsync("o-2", "p-100", 2);
                var given = (await t.ReserveAsync("o-3", "p-100", 3)).TextOf("reservationId");
                await t.DeleteAsync($"/product/stock-reservations/{given}");
            }),
            ("coupon redeemed", t => t.RedeemAsync("WELCOME10", "o-1")),
            ("points used", t => t.PointsAsync("m-1", "uses", "o-1", 1_000)),
            ("payment asked for", async t => payment = (await t.PayAsync("o-1", 180_000, "card-slow-refund")).TextOf("paymentId")),
            ("payment approved", t => RunAsync(t, "o-1")),
            ("stock committed", t => t.PostAsync($"/product/stock-reservations/{reservation}/commit", new { })),
            ("notified", t => t.PostAsync("/notification/notifications", new { to = "m-1", template = "order-placed", data = new { orderId = "o-1" } })),
            ("shipping asked for", t => t.ShipAsync("s-1")),
            ("address changed", t => t.PutAsync("/logistics/shipments/s-1/address", Calls.Address("04524", "김바뀜"))),
            ("dispatch started", t => RunAsync(t, "o-1")),
            ("dispatched", t => RunAsync(t, "o-1")),
            ("another shipment stopped", async t =>
            {
                await t.ShipAsync("s-2", "o-2");
                await t.PostAsync("/logistics/shipments/s-2/cancel", new { reason = "customer" });
            }),
            ("delivered", async t =>
            {
                t.Partners.Steps.RunAll("o-1");
                await t.SettleAsync();
            }),
            ("purchase recorded", t => t.PostAsync("/member/members/m-1/purchases", new { orderId = "o-1", amount = 600_000 })),
            ("points accrued", t => t.PointsAsync("m-1", "accruals", "o-1", 500)),
            ("pickup asked for", t => t.PostAsync("/logistics/return-pickups", new
            {
                pickupId = "pick-1", orderId = "o-1", lines = new[] { new { productId = "p-601", quantity = 1 } }, from = Calls.Address(),
            })),
            ("picked up", t => RunAsync(t, "o-1")),
            ("stock restored", t => t.RestoreStockAsync("o-1", "p-601", 3)),
            ("refund under way", t => t.RefundAsync(payment, "r-1", 20_000)),
            ("refund done", t => RunAsync(t, "o-1")),
            ("points clawed back and restored", async t =>
            {
                await t.PointsAsync("m-1", "clawbacks", "o-1", 300);
                await t.PointsAsync("m-1", "restorations", "o-1", 400);
            }),
            ("coupon restored", t => t.PostAsync("/promotion/coupons/WELCOME10/restorations", new { orderId = "o-1" })),
            ("payout asked for", t => t.PostAsync("/finance/payouts", new { payoutId = "po-1", sellerId = "s-4", amount = 9_000, statementIds = new[] { "st-1" } })),
            ("payout failed", t => RunAsync(t, "po-1")),
            ("invoiced", t => t.PostAsync("/finance/tax-invoices", new { payoutId = "po-1", sellerId = "s-4", commission = 900 })),
            ("catalogue changed by hand", t => t.PutAsync("/scenario", new
            {
                stock = new[] { new { productId = "p-602", warehouseId = "wh-jeju", free = 5 } },
                products = new[] { new { productId = "p-101", price = 16_000, onSale = false } },
                members = new[] { new { memberId = "m-3", pointBalance = 5_000, tier = "GOLD" } },
            })),
        ];
    }

    private static async Task RunAsync(PartnersHarness teams, string subject)
    {
        Assert.That(teams.Partners.Steps.RunNext(subject), Is.Not.Null);
        await teams.SettleAsync();
    }

    /// <summary>Everything but the moment of drawing up and the count of calls, which is about the running process.</summary>
    private static string BooksOf(PartnersHarness teams) => JsonSerializer.Serialize(
        new
        {
            Books = teams.Partners.Books with { At = default, Calls = [] },
            Products = teams.Partners.Product.All(),
            Members = teams.Partners.Member.All(),
            Coupons = teams.Partners.Promotion.All(),
            Shipments = teams.Partners.Logistics.OfOrder("o-1"),
            Payments = teams.Partners.Payment.OfOrder("o-1"),
            Events = teams.Partners.Webhooks.Deliveries(),
        },
        Json);

    private Task<PartnersHarness> StartAsync(StepDelay delay, Func<PartnersOptions, PartnersOptions>? change = null) =>
        PartnersHarness.StartAsync(options => With(options with { StepDelay = delay, StateFile = folder.File }, change));

    /// <summary>Starts on what a death of the running server would leave at this moment.</summary>
    private Task<PartnersHarness> NextAsync(PartnersHarness teams, StepDelay delay, Func<PartnersOptions, PartnersOptions>? change = null)
    {
        var left = string.Empty;
        teams.Partners.RunExclusive(() => left = folder.AsLeftByADeath());
        return StartAsync(delay, options => With(options with { StateFile = left }, change));
    }

    private static IEnumerable<string> TypesOf(PartnersHarness teams) => teams.Partners.Webhooks.Deliveries("o-1").Select(d => d.Event.Type);

    private static PartnersOptions With(PartnersOptions options, Func<PartnersOptions, PartnersOptions>? change) => change?.Invoke(options) ?? options;
}
