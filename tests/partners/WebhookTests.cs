using System.Security.Cryptography;
using System.Text;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Partners.Webhooks;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>How events reach the order team: CloudEvents, signed per Standard Webhooks, tried until they are taken.</summary>
public sealed class WebhookTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Test]
    public void The_signature_is_the_one_that_the_Standard_Webhooks_libraries_publish()
    {
        const string body = """{"test": 2432232314}""";

        var signature = WebhookSignature.Sign(Secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), body);

        Assert.That(signature, Is.EqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    [Test]
    public async Task An_event_is_a_structured_cloud_event_whose_signature_verifies()
    {
        await using var teams = await PartnersHarness.StartAsync(
            options => options with { WebhookSecrets = new Dictionary<Team, string> { [Team.Payment] = Secret } });

        await teams.PaidAsync("o-1");

        var message = teams.Receiver.All.Single();
        Assert.That(message.ContentType, Is.EqualTo("application/cloudevents+json; charset=utf-8"));
        Assert.That(message.Event.GetProperty("specversion").GetString(), Is.EqualTo("1.0"));
        Assert.That(message.Event.GetProperty("source").GetString(), Is.EqualTo("/teams/payment"));
        Assert.That(message.Event.GetProperty("subject").GetString(), Is.EqualTo("o-1"));
        Assert.That(message.Event.GetProperty("id").GetString(), Is.EqualTo(message.Id));
        Assert.That(message.Event.GetProperty("time").TryGetDateTimeOffset(out _), Is.True);
        Assert.That(message.Signature, Is.EqualTo(Expected(message)));
        Assert.That(teams.Partners.WebhookSecret(Team.Payment), Is.EqualTo(Secret));
    }

    [Test]
    public async Task Each_team_signs_with_a_secret_of_its_own()
    {
        await using var teams = await PartnersHarness.StartAsync();

        Assert.That(TeamNames.All.Select(teams.Partners.WebhookSecret), Is.Unique.And.All.StartWith("whsec_"));
    }

    [Test]
    public async Task The_time_stamp_follows_the_wire_although_the_teams_clock_is_skipped()
    {
        var clock = new ManualClock();
        await using var teams = await PartnersHarness.StartAsync(options => options with { TimeProvider = clock });
        clock.Advance(TimeSpan.FromDays(30));

        await teams.PaidAsync("o-1");

        var message = teams.Receiver.All.Single();
        var stamped = DateTimeOffset.FromUnixTimeSeconds(long.Parse(message.Timestamp, System.Globalization.CultureInfo.InvariantCulture));
        Assert.That(stamped, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
        Assert.That(message.Event.GetProperty("time").GetDateTimeOffset(), Is.EqualTo(clock.GetUtcNow()));
    }

    [Test]
    public async Task An_event_is_tried_until_it_is_taken_and_those_behind_it_wait()
    {
        await using var teams = await PartnersHarness.StartAsync(options => options with { TrackingUpdates = 0 });
        teams.Receiver.Answer = (message, before) => message.Type == "logistics.dispatched" && before < 3 ? 500 : 202;

        await teams.ShipAsync("s-1");
        await teams.SettleAsync();

        Assert.That(
            teams.Receiver.TypesOf("logistics"),
            Is.EqualTo(new[]
            {
                "logistics.dispatch-started", "logistics.dispatched", "logistics.dispatched", "logistics.dispatched", "logistics.dispatched",
                "logistics.shipping-started", "logistics.delivered",
            }));
        Assert.That(teams.Receiver.All.Where(r => r.Type == "logistics.dispatched").Select(r => r.Id).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task An_order_whose_events_are_refused_holds_up_no_other_order()
    {
        await using var teams = await PartnersHarness.StartAsync(
            options => options with { WebhookRetryPolicy = new WebhookRetryPolicy(1_000, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(5)) });
        var isOpen = false;
        var taken = new TaskCompletionSource();
        teams.Receiver.Answer = (message, _) =>
        {
            if (message.Event.GetProperty("subject").GetString() == "o-2")
            {
                taken.TrySetResult();
                return 202;
            }

            return Volatile.Read(ref isOpen) ? 202 : 503;
        };

        await teams.PayAsync("o-1");
        await teams.PayAsync("o-2");
        await taken.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Volatile.Write(ref isOpen, true);
        await teams.SettleAsync();

        Assert.That(teams.Partners.Books.Webhooks, Has.Property("Delivered").EqualTo(2).And.Property("Undelivered").Zero);
    }

    [Test]
    public async Task An_event_never_taken_is_given_up_and_can_be_sent_again()
    {
        await using var teams = await PartnersHarness.StartAsync();
        teams.Receiver.Answer = (_, _) => 401;
        await teams.PaidAsync("o-1");
        var given = teams.Partners.Webhooks.Deliveries("o-1").Single();
        Assert.That((given.State, given.Tries, given.LastStatus), Is.EqualTo((DeliveryState.Undelivered, 5, 401)));

        teams.Receiver.Answer = (_, _) => 202;
        await teams.PostAsync($"/events/{given.Event.Id}/again", new { });
        await teams.SettleAsync();

        Assert.That(teams.Partners.Webhooks.Deliveries("o-1").Single().State, Is.EqualTo(DeliveryState.Delivered));
        Assert.That(teams.Receiver.All.Select(r => r.Id).Distinct().Count(), Is.EqualTo(1), "the same event");
    }

    [Test]
    public async Task Events_wait_until_the_order_api_is_known()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var teams = await PartnersHarness.StartAsync(options => options with { OrderApiBaseUrl = null });
        await teams.PayAsync("o-1");
        await teams.ShipAsync("s-1");

        teams.Partners.SetOrderApi(receiver.Address);
        await teams.SettleAsync();

        Assert.That(receiver.All.Select(r => r.Type), Does.Contain("payment.approved").And.Contain("logistics.delivered"));
        Assert.That(teams.Receiver.All, Is.Empty);
    }

    [Test]
    public async Task Any_event_can_be_published_by_hand()
    {
        await using var teams = await PartnersHarness.StartAsync();

        await teams.PostAsync("/events", new { team = "logistics", type = "logistics.status-updated", subject = "o-9", data = new { orderId = "o-9" } });
        await teams.SettleAsync();

        var message = teams.Receiver.All.Single();
        Assert.That((message.Type, message.Data.GetRawText()), Is.EqualTo(("logistics.status-updated", """{"orderId":"o-9"}""")));
    }

    [Test]
    public void A_secret_that_is_none_is_refused_at_the_start() =>
        Assert.That(
            async () => await PartnersServer.StartAsync(
                new PartnersOptions { WebhookSecrets = new Dictionary<Team, string> { [Team.Payment] = "not a secret" } }),
            Throws.InstanceOf<FormatException>());

    /// <summary>Written from the specification, not from the program.</summary>
    private static string Expected(Received message)
    {
        using var hmac = new HMACSHA256(Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        return "v1," + Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes($"{message.Id}.{message.Timestamp}.{message.Body}")));
    }
}
