using System.Net;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>The finance team pays sellers; the notification team records what it sent.</summary>
public sealed class FinanceAndNotificationTests
{
    [Test]
    public async Task A_payout_is_accepted_and_completed_by_webhook()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var accepted = await PayOutAsync(teams, "po-1", "s-1");
        await teams.SettleAsync();

        Assert.That(accepted.Status, Is.EqualTo(HttpStatusCode.Accepted));
        var completed = teams.Receiver.All.Single();
        Assert.That(completed.Type, Is.EqualTo("finance.payout-completed"));
        Assert.That(completed.Event.GetProperty("subject").GetString(), Is.EqualTo("po-1"));
        Assert.That(completed.Data.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "payoutId", "sellerId", "amount", "paidAt" }));
    }

    [Test]
    public async Task A_payout_is_made_once_but_one_that_failed_may_be_asked_for_again()
    {
        await using var teams = await PartnersHarness.StartAsync();
        teams.Partners.Scenarios.Add(new PayoutRule("s-1", "계좌 정보 오류", Count: 1));

        await PayOutAsync(teams, "po-1", "s-1");
        await teams.SettleAsync();
        var again = await PayOutAsync(teams, "po-1", "s-1");
        await teams.SettleAsync();
        var third = await PayOutAsync(teams, "po-1", "s-1");

        Assert.That((again.Status, third.Status), Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.Conflict)));
        Assert.That(teams.Receiver.TypesOf("finance"), Is.EqualTo(new[] { "finance.payout-failed", "finance.payout-completed" }));
        Assert.That(teams.Receiver.All[0].Data.GetRawText(), Is.EqualTo("""{"payoutId":"po-1","sellerId":"s-1","reason":"계좌 정보 오류"}"""));
    }

    [Test]
    public async Task A_payout_has_one_tax_invoice()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var first = await teams.PostAsync("/finance/tax-invoices", new { payoutId = "po-1", sellerId = "s-1", commission = 100_000 });
        var second = await teams.PostAsync("/finance/tax-invoices", new { payoutId = "po-1", sellerId = "s-1", commission = 100_000 });

        Assert.That((first.Status, second.Status), Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.Conflict)));
        Assert.That(teams.Partners.Books.TaxInvoices.Single().Commission, Is.EqualTo(100_000));
    }

    [TestCase(100_000, "original", HttpStatusCode.Accepted)]
    [TestCase(-100_000, "amended", HttpStatusCode.Accepted)]
    [TestCase(100_000, "amended", HttpStatusCode.UnprocessableEntity)]
    [TestCase(-100_000, "original", HttpStatusCode.UnprocessableEntity)]
    [TestCase(0, "original", HttpStatusCode.UnprocessableEntity)]
    [TestCase(0, "amended", HttpStatusCode.UnprocessableEntity)]
    [TestCase(100_000, "copied", HttpStatusCode.BadRequest)]
    public async Task A_tax_invoice_is_of_the_kind_that_its_commission_asks_for(long commission, string kind, HttpStatusCode expected)
    {
        await using var teams = await PartnersHarness.StartAsync();

        var reply = await teams.PostAsync("/finance/tax-invoices", new { payoutId = "po-1", sellerId = "s-1", commission, kind });

        Assert.That(reply.Status, Is.EqualTo(expected), reply.Text);
        Assert.That(
            (await teams.GetAsync("/books"))["taxInvoices"].EnumerateArray().Select(i => i.GetProperty("kind").GetString()),
            expected == HttpStatusCode.Accepted ? Is.EqualTo(new[] { kind }) : Is.Empty);
    }

    [Test]
    public async Task A_payout_that_completed_can_fail_afterwards()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.PutAsync("/scenario", new { payouts = new[] { new { sellerId = "s-1", then = "failed", failureReason = (string?)null, count = 1 } } });

        await PayOutAsync(teams, "po-1", "s-1");
        await teams.SettleAsync();

        Assert.That(teams.Receiver.TypesOf("finance"), Is.EqualTo(new[] { "finance.payout-completed", "finance.payout-failed" }));
        var payout = teams.Partners.Books.Payouts.Single();
        Assert.That(payout.Outcomes.Select(o => o.Status), Is.EqualTo(new[] { PayoutState.Completed, PayoutState.Failed }));
        Assert.That(payout.Status, Is.EqualTo(PayoutState.Failed));
    }

    [Test]
    public async Task A_payout_that_failed_can_complete_afterwards_although_another_was_paid_in_its_place()
    {
        await using var teams = await PartnersHarness.StartAsync();
        teams.Partners.Scenarios.Add(new PayoutRule(FailureReason: "계좌 정보 오류", Count: 1));
        await PayOutAsync(teams, "po-1", "s-1");
        await teams.SettleAsync();
        await PayOutAsync(teams, "po-2", "s-1");
        await teams.SettleAsync();

        var late = await teams.PostAsync("/console/payouts/po-1/outcomes", new { status = "completed" });
        await teams.SettleAsync();

        Assert.That(late.TextOf("status"), Is.EqualTo("completed"));
        Assert.That(
            teams.Receiver.All.Select(r => (r.Type, r.Event.GetProperty("subject").GetString())),
            Is.EqualTo(new[] { ("finance.payout-failed", "po-1"), ("finance.payout-completed", "po-2"), ("finance.payout-completed", "po-1") }));
    }

    [Test]
    public async Task A_second_outcome_comes_when_its_time_has_come()
    {
        var clock = new ManualClock();
        await using var teams = await PartnersHarness.StartAsync(options => options with { TimeProvider = clock });
        teams.Partners.Scenarios.Add(new PayoutRule(FailureReason: "x", Then: PayoutState.Completed, ThenAfterMs: 60_000));
        await PayOutAsync(teams, "po-1", "s-1");
        await clock.WhenTimerIsSetAsync();
        Assert.That(teams.Partners.Books.Payouts.Single().Status, Is.EqualTo(PayoutState.Failed));

        clock.Advance(TimeSpan.FromMinutes(1));
        await teams.SettleAsync();

        Assert.That(teams.Receiver.TypesOf("finance"), Is.EqualTo(new[] { "finance.payout-failed", "finance.payout-completed" }));
    }

    [Test]
    public async Task Another_amount_can_be_paid_and_is_said_so()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.PutAsync("/scenario", new { payouts = new[] { new { payoutId = "po-1", paidAmount = 1 } } });

        await PayOutAsync(teams, "po-1", "s-1");
        await PayOutAsync(teams, "po-2", "s-1");
        await teams.SettleAsync();

        Assert.That(
            teams.Receiver.All.Select(r => (r.Event.GetProperty("subject").GetString(), r.Data.GetProperty("amount").GetInt64())),
            Is.EquivalentTo(new[] { ("po-1", 1L), ("po-2", 900_000L) }));
        Assert.That(teams.Partners.Books.Payouts.Single(p => p.PayoutId == "po-1"), Has.Property("Amount").EqualTo(900_000).And.Property("PaidAmount").EqualTo(1));
    }

    [Test]
    public async Task A_payout_can_wait_for_ever_and_be_decided_by_hand_without_its_event()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.PutAsync("/scenario", new { payouts = new[] { new { sellerId = "s-1", never = true } } });
        await PayOutAsync(teams, "po-1", "s-1");
        await teams.SettleAsync();
        Assert.That(teams.Partners.Books.Payouts.Single().Status, Is.EqualTo(PayoutState.Requested));

        await teams.PostAsync("/console/payouts/po-1/outcomes", new { status = "failed", reason = "은행 점검", webhook = false });

        Assert.That(teams.Partners.Books.Payouts.Single(), Has.Property("Status").EqualTo(PayoutState.Failed).And.Property("FailureReason").EqualTo("은행 점검"));
        Assert.That(teams.Receiver.All, Is.Empty);
    }

    [TestCase("po-1", "requested", 1, HttpStatusCode.BadRequest)]
    [TestCase("po-1", "completed", 0, HttpStatusCode.BadRequest)]
    [TestCase("po-none", "completed", 1, HttpStatusCode.NotFound)]
    public async Task An_outcome_that_makes_no_sense_is_refused(string payoutId, string status, long amount, HttpStatusCode expected)
    {
        await using var teams = await PartnersHarness.StartAsync();
        await PayOutAsync(teams, "po-1", "s-1");
        await teams.SettleAsync();

        Assert.That((await teams.PostAsync($"/console/payouts/{payoutId}/outcomes", new { status, amount })).Status, Is.EqualTo(expected));
        Assert.That(teams.Partners.Books.Payouts.Single().Outcomes, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Notifications_are_kept_with_receiver_template_order_and_key()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var accepted = await teams.PostAsync(
            "/notification/notifications", new { to = "m-1", template = "order-placed", data = new { orderId = "o-1", amount = 104_500 } }, "o-1/order-placed");

        Assert.That(accepted.Status, Is.EqualTo(HttpStatusCode.Accepted));
        var sent = teams.Partners.Books.Notifications.Single();
        Assert.That((sent.To, sent.Template, sent.OrderId, sent.Key), Is.EqualTo(("m-1", "order-placed", "o-1", "o-1/order-placed")));
        Assert.That(sent.Data.GetProperty("amount").GetInt64(), Is.EqualTo(104_500));
    }

    private static Task<Reply> PayOutAsync(PartnersHarness teams, string payoutId, string sellerId) =>
        teams.PostAsync("/finance/payouts", new { payoutId, sellerId, amount = 900_000, statementIds = new[] { "st-1" } });
}
