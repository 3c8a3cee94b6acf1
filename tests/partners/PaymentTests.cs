using System.Net;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>The payment team: an attempt is pending, then decided; money goes back at most once.</summary>
public sealed class PaymentTests
{
    [Test]
    public async Task A_payment_is_accepted_as_pending_and_approved_by_webhook()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var accepted = await teams.PayAsync("o-1", 104_500);
        await teams.SettleAsync();

        Assert.That(accepted.Status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(accepted.TextOf("status"), Is.EqualTo("pending"));
        var paymentId = accepted.TextOf("paymentId");
        var approved = teams.Receiver.All.Single();
        Assert.That(approved.Type, Is.EqualTo("payment.approved"));
        Assert.That(
            approved.Data.EnumerateObject().Select(p => p.Name),
            Is.EqualTo(new[] { "orderId", "paymentId", "attempt", "approvalNumber", "amount", "method", "approvedAt" }));
        Assert.That(approved.Data.GetProperty("paymentId").GetString(), Is.EqualTo(paymentId));
        Assert.That(approved.Data.GetProperty("amount").GetInt64(), Is.EqualTo(104_500));
        var payment = await teams.GetAsync($"/payment/payments/{paymentId}");
        Assert.That(payment.TextOf("status"), Is.EqualTo("approved"));
        Assert.That(payment.TextOf("approvalNumber"), Is.EqualTo(approved.Data.GetProperty("approvalNumber").GetString()));
        Assert.That(payment.NumberOf("refundedAmount"), Is.Zero);
    }

    [TestCase("card-insufficient-balance", "insufficient-balance")]
    [TestCase("card-limit-exceeded", "limit-exceeded")]
    [TestCase("card-card-status", "card-status")]
    [TestCase("kakaopay-invalid-payment-info", "invalid-payment-info")]
    public async Task A_decline_says_why(string method, string code)
    {
        await using var teams = await PartnersHarness.StartAsync();

        var paymentId = await teams.PaidAsync("o-1", method: method);

        var declined = teams.Receiver.All.Single();
        Assert.That(declined.Type, Is.EqualTo("payment.declined"));
        Assert.That(
            declined.Data.EnumerateObject().Select(p => p.Name),
            Is.EqualTo(new[] { "orderId", "paymentId", "attempt", "code", "reason" }));
        Assert.That(declined.Data.GetProperty("code").GetString(), Is.EqualTo(code));
        var payment = await teams.GetAsync($"/payment/payments/{paymentId}");
        Assert.That((payment.TextOf("status"), payment.TextOf("declineCode")), Is.EqualTo(("declined", code)));
        Assert.That(teams.Partners.Books.Order("o-1")!.CardCharged, Is.Zero);
    }

    [Test]
    public async Task An_attempt_exists_once_whatever_key_asks_for_it()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var first = await teams.PayAsync("o-1");

        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => teams.PayAsync("o-1")));
        await teams.SettleAsync();

        Assert.That(replies.Select(r => r.Status), Is.All.EqualTo(HttpStatusCode.Conflict));
        Assert.That(replies.Select(r => r.TextOf("paymentId")), Is.All.EqualTo(first.TextOf("paymentId")));
        Assert.That(teams.Partners.Books.Order("o-1")!.CardCharged, Is.EqualTo(50_000));
    }

    [Test]
    public async Task A_pending_payment_can_be_cancelled_and_moves_no_money()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", method: "card-no-answer");
        Assert.That((await teams.GetAsync($"/payment/payments/{paymentId}")).TextOf("status"), Is.EqualTo("pending"));

        var cancelled = await teams.PostAsync($"/payment/payments/{paymentId}/cancel", new { reason = "time-out" });
        await teams.SettleAsync();

        Assert.That(cancelled.TextOf("status"), Is.EqualTo("cancelled"));
        Assert.That(teams.Receiver.All, Is.Empty, "the answer has said it");
        Assert.That(teams.Partners.Books.Order("o-1")!.CardCharged, Is.Zero);
    }

    [TestCase("card", "approved")]
    [TestCase("card-limit-exceeded", "declined")]
    public async Task Cancelling_what_is_decided_answers_how_it_was_decided(string method, string status)
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", method: method);

        var answer = await teams.PostAsync($"/payment/payments/{paymentId}/cancel", new { reason = "time-out" });

        Assert.That((answer.Status, answer.TextOf("status")), Is.EqualTo((HttpStatusCode.OK, status)));
    }

    [Test]
    public async Task A_cancellation_that_comes_too_late_is_answered_approved_and_the_money_is_taken()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", method: "card-too-late-to-cancel");

        var answer = await teams.PostAsync($"/payment/payments/{paymentId}/cancel", new { reason = "time-out" });
        await teams.SettleAsync();

        Assert.That(answer.TextOf("status"), Is.EqualTo("approved"));
        Assert.That(teams.Receiver.TypesOf("payment"), Is.EqualTo(new[] { "payment.approved" }));
        Assert.That(teams.Partners.Books.Order("o-1")!.CardCharged, Is.EqualTo(50_000));
    }

    [Test]
    public async Task An_approval_can_arrive_for_a_cancelled_attempt_and_its_money_can_be_refunded()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", method: "card-approved-after-cancel");

        var answer = await teams.PostAsync($"/payment/payments/{paymentId}/cancel", new { reason = "time-out" });
        await teams.SettleAsync();

        Assert.That(answer.TextOf("status"), Is.EqualTo("cancelled"));
        Assert.That(teams.Receiver.TypesOf("payment"), Is.EqualTo(new[] { "payment.approved" }));
        Assert.That((await teams.RefundAsync(paymentId, "r-1", 50_000)).Status, Is.EqualTo(HttpStatusCode.Created));
        var account = teams.Partners.Books.Order("o-1")!;
        Assert.That((account.CardCharged, account.CardRefunded), Is.EqualTo((50_000L, 50_000L)));
    }

    [Test]
    public async Task An_approval_without_webhook_is_seen_by_asking()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var paymentId = await teams.PaidAsync("o-1", method: "card-no-webhook");

        Assert.That(teams.Receiver.All, Is.Empty);
        Assert.That((await teams.GetAsync($"/payment/payments/{paymentId}")).TextOf("status"), Is.EqualTo("approved"));
    }

    [TestCase("card-timed-out", "payment.timed-out")]
    [TestCase("card-customer-cancel", "payment.cancelled")]
    public async Task The_provider_can_end_an_attempt_by_itself(string method, string type)
    {
        await using var teams = await PartnersHarness.StartAsync();

        var paymentId = await teams.PaidAsync("o-1", method: method);

        var ended = teams.Receiver.All.Single();
        Assert.That(ended.Type, Is.EqualTo(type));
        Assert.That(ended.Data.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "orderId", "paymentId", "attempt", "reason" }));
        Assert.That((await teams.GetAsync($"/payment/payments/{paymentId}")).TextOf("status"), Is.EqualTo("cancelled"));
    }

    [Test]
    public async Task Refunds_take_at_most_what_was_paid_in_parts_or_whole()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 30_000);

        var part = await teams.RefundAsync(paymentId, "r-1", 10_000);
        var tooMuch = await teams.RefundAsync(paymentId, "r-2", 20_001);
        Assert.That((await teams.GetAsync($"/payment/payments/{paymentId}")).TextOf("status"), Is.EqualTo("approved"));
        var rest = await teams.RefundAsync(paymentId, "r-3", 20_000);

        Assert.That((part.Status, part.NumberOf("refundedAmount"), part.NumberOf("remainingAmount")), Is.EqualTo((HttpStatusCode.Created, 10_000L, 20_000L)));
        Assert.That((tooMuch.Status, tooMuch.NumberOf("remainingAmount")), Is.EqualTo((HttpStatusCode.UnprocessableEntity, 20_000L)));
        Assert.That(rest.NumberOf("remainingAmount"), Is.Zero);
        var payment = await teams.GetAsync($"/payment/payments/{paymentId}");
        Assert.That((payment.TextOf("status"), payment.NumberOf("refundedAmount")), Is.EqualTo(("refunded", 30_000L)));
    }

    [Test]
    public async Task The_same_refund_under_other_keys_and_at_once_is_paid_once()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 30_000);

        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => teams.RefundAsync(paymentId, "r-1", 10_000)));

        Assert.That(replies.Select(r => r.Status), Is.All.EqualTo(HttpStatusCode.Created));
        Assert.That(teams.Partners.Books.Order("o-1")!.CardRefunded, Is.EqualTo(10_000));
        Assert.That((await teams.RefundAsync(paymentId, "r-1", 9_000)).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task Parallel_refunds_never_exceed_what_was_paid()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 30_000);

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => teams.RefundAsync(paymentId, $"r-{n}", 4_000)));

        Assert.That(replies.Count(r => r.Status == HttpStatusCode.Created), Is.EqualTo(7));
        Assert.That(teams.Partners.Books.Order("o-1")!.CardRefunded, Is.EqualTo(28_000));
    }

    [Test]
    public async Task A_slow_refund_is_accepted_and_completed_by_webhook()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 30_000, "card-slow-refund");

        var part = await teams.RefundAsync(paymentId, "r-1", 10_000);
        await teams.SettleAsync();
        await teams.RefundAsync(paymentId, "r-2", 20_000);
        await teams.SettleAsync();

        Assert.That((part.Status, part.TextOf("status")), Is.EqualTo((HttpStatusCode.Accepted, "pending")));
        var events = teams.Receiver.All.Where(r => r.Type != "payment.approved").ToList();
        Assert.That(events.Select(r => r.Type), Is.EqualTo(new[] { "payment.partial-refund-completed", "payment.refund-completed" }));
        Assert.That(
            events[0].Data.EnumerateObject().Select(p => p.Name),
            Is.EqualTo(new[] { "orderId", "paymentId", "refundId", "amount", "remainingAmount", "refundedAt" }));
        Assert.That(events.Select(r => r.Data.GetProperty("remainingAmount").GetInt64()), Is.EqualTo(new[] { 20_000L, 0L }));
    }

    [Test]
    public async Task A_refund_under_way_counts_against_what_is_left()
    {
        await using var teams = await PartnersHarness.StartAsync(options => options with { StepDelay = StepDelay.Manual });
        var paymentId = (await teams.PayAsync("o-1", 30_000, "card-slow-refund")).TextOf("paymentId");
        teams.Partners.Steps.RunNext("o-1");
        await teams.RefundAsync(paymentId, "r-1", 20_000);

        Assert.That((await teams.RefundAsync(paymentId, "r-2", 20_000)).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(teams.Partners.Books.Order("o-1")!.CardRefunded, Is.Zero, "nothing is refunded before its step");
    }

    [Test]
    public async Task What_was_never_paid_cannot_be_refunded()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", method: "card-limit-exceeded");

        Assert.That((await teams.RefundAsync(paymentId, "r-1", 1)).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task A_rule_decides_for_one_attempt_of_one_order()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.PutAsync("/scenario", new { payments = new[] { new { orderId = "o-1", attempt = 1, outcome = "decline", declineCode = "card-status" } } });

        await teams.PayAsync("o-1");
        await teams.PayAsync("o-1", attempt: 2);
        await teams.PayAsync("o-2");
        await teams.SettleAsync();

        Assert.That(
            teams.Partners.Payment.OfOrder("o-1").Select(p => p.Status), Is.EqualTo(new[] { PaymentStatus.Declined, PaymentStatus.Approved }));
        Assert.That(teams.Partners.Payment.OfOrder("o-2").Single().Status, Is.EqualTo(PaymentStatus.Approved));
    }

    [Test]
    public async Task A_late_approval_comes_when_its_time_has_come()
    {
        var clock = new ManualClock();
        await using var teams = await PartnersHarness.StartAsync(options => options with { TimeProvider = clock });
        teams.Partners.Scenarios.Add(new PaymentRule(Method: "card", AfterMs: 360_000));
        var paymentId = (await teams.PayAsync("o-1")).TextOf("paymentId");

        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.That((await teams.GetAsync($"/payment/payments/{paymentId}")).TextOf("status"), Is.EqualTo("pending"));
        clock.Advance(TimeSpan.FromMinutes(1));
        await teams.SettleAsync();

        Assert.That(teams.Receiver.TypesOf("payment"), Is.EqualTo(new[] { "payment.approved" }));
    }

    [Test]
    public async Task A_payment_can_be_decided_by_hand_once()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", method: "card-no-answer");

        var first = await teams.PostAsync("/decisions", new { paymentId, outcome = "approve" });
        var second = await teams.PostAsync("/decisions", new { paymentId, outcome = "decline" });

        Assert.That((first.Status, second.Status), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.Conflict)));
        Assert.That((await teams.GetAsync($"/payment/payments/{paymentId}")).TextOf("status"), Is.EqualTo("approved"));
    }

    [Test]
    public async Task An_identity_verification_tells_whose_it_is()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var verified = await teams.GetAsync("/payment/identity-verifications/iv-m-2");
        var unverified = await teams.GetAsync("/payment/identity-verifications/iv-unverified");

        Assert.That((verified["verified"].GetBoolean(), verified.TextOf("memberId")), Is.EqualTo((true, "m-2")));
        Assert.That(unverified["verified"].GetBoolean(), Is.False);
        Assert.That((await teams.GetAsync("/payment/identity-verifications/iv-nobody")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await teams.GetAsync("/payment/payments/pay-0")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }
}
