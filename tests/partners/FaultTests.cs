using System.Net;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>Faults that a test sets.</summary>
public sealed class FaultTests
{
    [Test]
    public async Task An_error_strikes_so_many_times_and_does_nothing()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await SetAsync(teams, new { team = "payment", status = 429, retryAfterSeconds = 7, count = 2 });

        var first = await teams.PayAsync("o-1", key: "k");
        var second = await teams.PayAsync("o-1", key: "k");
        var third = await teams.PayAsync("o-1", key: "k");

        Assert.That((first.Status, first.RetryAfter), Is.EqualTo((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(7))));
        Assert.That((second.Status, third.Status), Is.EqualTo((HttpStatusCode.TooManyRequests, HttpStatusCode.Accepted)));
        Assert.That(third.IsReplay, Is.False);
        Assert.That((await teams.GetAsync("/faults"))["rules"][0].GetProperty("applied").GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_fault_strikes_only_the_team_method_and_path_it_names()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1");
        await SetAsync(teams, new { team = "payment", method = "POST", path = "/payments/*/refunds", status = 500 });

        Assert.That((await teams.RefundAsync(paymentId, "r-1", 1)).Status, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That((await teams.PayAsync("o-2")).Status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That((await teams.GetAsync($"/payment/payments/{paymentId}")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await teams.ReserveAsync("o-2", "p-100", 1)).Status, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task A_lost_answer_means_done_but_not_answered()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await SetAsync(teams, new { team = "member", lostAnswer = "abort", count = 1 });

        Assert.That(async () => await teams.PointsOnceAsync("k"), Throws.InstanceOf<HttpRequestException>());
        var repeated = await teams.PointsOnceAsync("k");

        Assert.That((repeated.Status, repeated.IsReplay), Is.EqualTo((HttpStatusCode.Created, true)));
        Assert.That(teams.Partners.Books.Order("o-1")!.PointsUsed, Is.EqualTo(7));
        Assert.That(teams.Partners.Books.Calls.Single(c => c.Call.EndsWith("point-uses", StringComparison.Ordinal)).Unanswered, Is.EqualTo(1));
    }

    [Test]
    public async Task A_gateway_can_lose_the_answer_of_a_read_or_a_change()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await SetAsync(teams, new { team = "member", lostAnswer = "gateway-timeout", count = 2 });

        var read = await teams.GetAsync("/member/members/m-1");
        var change = await teams.PointsOnceAsync("k");

        Assert.That((read.Status, change.Status), Is.EqualTo((HttpStatusCode.GatewayTimeout, HttpStatusCode.GatewayTimeout)));
        Assert.That(change.Text, Does.Not.Contain("balance"));
        Assert.That(teams.Partners.Books.Order("o-1")!.PointsUsed, Is.EqualTo(7));
    }

    [Test]
    public async Task In_an_outage_nothing_is_done_until_it_ends()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await SetAsync(teams, new { team = "member", outage = "abort" }, new { team = "payment", outage = "unavailable" });

        Assert.That(async () => await teams.PointsOnceAsync("k"), Throws.InstanceOf<HttpRequestException>());
        Assert.That((await teams.PayAsync("o-1", key: "k")).Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(teams.Partners.Books.Orders, Is.Empty);
        await teams.DeleteAsync("/faults");

        Assert.That((await teams.PointsOnceAsync("k")).Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await teams.PayAsync("o-1", key: "k")).Status, Is.EqualTo(HttpStatusCode.Accepted));
    }

    [Test]
    public async Task Latency_holds_a_call_until_the_wires_clock_has_moved()
    {
        var wire = new ManualClock();
        await using var teams = await PartnersHarness.StartAsync(options => options with { TransportTimeProvider = wire });
        await SetAsync(teams, new { team = "member", latencyMs = 5_000 });

        var call = teams.GetAsync("/member/members/m-1");
        var other = await teams.GetAsync("/product/products/p-100");
        Assert.That(call.IsCompleted, Is.False);
        await wire.WhenTimerIsSetAsync();
        wire.Advance(TimeSpan.FromSeconds(5));

        Assert.That((other.Status, (await call).Status), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
    }

    [Test]
    public async Task The_same_seed_meets_the_same_faults()
    {
        var first = await FailuresAsync(seed: 4711);
        var second = await FailuresAsync(seed: 4711);
        var other = await FailuresAsync(seed: 4712);

        Assert.That(second, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
        Assert.That(first.Count(failed => failed), Is.InRange(15, 45), "about half of 60");
    }

    [Test]
    public async Task Webhooks_can_be_repeated_under_the_same_id()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await SetAsync(teams, new { team = "payment", webhooks = new { repetitions = 2 } });

        await teams.PaidAsync("o-1");

        Assert.That(teams.Receiver.TypesOf("payment"), Has.Count.EqualTo(3));
        Assert.That(teams.Receiver.All.Select(r => r.Id).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_webhook_can_be_overtaken_by_the_next()
    {
        await using var teams = await PartnersHarness.StartAsync(
            options => options with { TrackingUpdates = 0, TransportTimeProvider = new ManualClock() });
        teams.Partners.Faults.Set(new FaultRule(Team.Logistics, EventType: "logistics.dispatched", Webhooks: new WebhookFault(Reorder: true)));

        await teams.ShipAsync("s-1");
        await teams.SettleAsync();

        Assert.That(
            teams.Receiver.TypesOf("logistics"),
            Is.EqualTo(new[] { "logistics.dispatch-started", "logistics.shipping-started", "logistics.dispatched", "logistics.delivered" }));
    }

    [Test]
    public async Task A_webhook_with_nothing_behind_it_is_not_held_for_ever()
    {
        var wire = new ManualClock();
        await using var teams = await PartnersHarness.StartAsync(options => options with { TransportTimeProvider = wire });
        teams.Partners.Faults.Set(new FaultRule(Webhooks: new WebhookFault(Reorder: true)));
        await teams.PayAsync("o-1");
        await wire.WhenTimerIsSetAsync();
        Assert.That(teams.Receiver.All, Is.Empty);

        wire.Advance(TimeSpan.FromMinutes(1));
        await teams.SettleAsync();

        Assert.That(teams.Receiver.TypesOf("payment"), Is.EqualTo(new[] { "payment.approved" }));
    }

    [Test]
    public async Task Dropped_tries_of_a_webhook_are_made_up_for()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await SetAsync(teams, new { webhooks = new { dropTries = 3, delayMs = 1 } });

        await teams.PaidAsync("o-1");

        Assert.That(teams.Receiver.TypesOf("payment"), Has.Count.EqualTo(1));
        Assert.That(teams.Partners.Webhooks.Deliveries("o-1").Single().Tries, Is.EqualTo(4));
    }

    [TestCase("""{"rules":[{"probability":1.5}]}""")]
    [TestCase("""{"rules":[{"status":200}]}""")]
    [TestCase("""{"rules":[{"team":"nobody"}]}""")]
    [TestCase("""{"rules":[{"latencyMs":-1}]}""")]
    [TestCase("""{}""")]
    public async Task A_fault_that_makes_no_sense_is_refused(string body)
    {
        await using var teams = await PartnersHarness.StartAsync();

        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.That((await teams.PutAsync("/faults", content)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    private static async Task SetAsync(PartnersHarness teams, params object[] rules) =>
        Assert.That((await teams.PutAsync("/faults", new { rules })).Status, Is.EqualTo(HttpStatusCode.OK));

    private static async Task<IReadOnlyList<bool>> FailuresAsync(int seed)
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.PutAsync("/faults", new { seed, rules = new[] { new { status = 503, probability = 0.5 } } });
        var failed = new List<bool>();
        for (var call = 0; call < 60; call++)
        {
            failed.Add((await teams.GetAsync("/member/members/m-1")).Status != HttpStatusCode.OK);
        }

        return failed;
    }
}
