using System.Net;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>Refunds that take their time, fail, never end, or give back another amount (contract §2, cases 2, 5 and 9).</summary>
public sealed class RefundTests
{
    [Test]
    public async Task Asking_for_a_payment_shows_its_refunds_by_id()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 30_000, "card-endless-refund");
        teams.Partners.Scenarios.Add(new RefundRule(RefundId: "r-done"));
        teams.Partners.Scenarios.Add(new RefundRule(RefundId: "r-failed", Answer: RefundAnswer.Fails));

        await teams.RefundAsync(paymentId, "r-done", 10_000);
        await teams.RefundAsync(paymentId, "r-failed", 5_000);
        await teams.RefundAsync(paymentId, "r-pending", 7_000);
        await teams.SettleAsync();

        var payment = await teams.GetAsync($"/payment/payments/{paymentId}");
        Assert.That(
            payment["refunds"].EnumerateArray().Select(r => (r.GetProperty("refundId").GetString(), r.GetProperty("amount").GetInt64(),
                r.GetProperty("status").GetString(), r.TryGetProperty("refundedAt", out _))),
            Is.EqualTo(new (string?, long, string?, bool)[] { ("r-done", 10_000, "completed", true), ("r-failed", 5_000, "failed", false), ("r-pending", 7_000, "pending", false) }));
        Assert.That(payment.NumberOf("refundedAmount"), Is.EqualTo(10_000));
    }

    [Test]
    public async Task A_refund_without_an_event_is_found_only_by_asking()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 30_000, "card-silent-refund");

        var accepted = await teams.RefundAsync(paymentId, "r-1", 30_000);
        await teams.SettleAsync();

        Assert.That(accepted.Status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(teams.Receiver.TypesOf("payment"), Is.EqualTo(new[] { "payment.approved" }));
        Assert.That((await teams.GetAsync($"/payment/payments/{paymentId}")).TextOf("status"), Is.EqualTo("refunded"));
    }

    [Test]
    public async Task A_refund_that_failed_counts_no_longer_and_may_be_asked_for_anew_under_another_key()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 30_000);
        teams.Partners.Scenarios.Add(new RefundRule(Answer: RefundAnswer.Fails, Count: 1));

        var accepted = await teams.RefundAsync(paymentId, "r-1", 30_000);
        await teams.SettleAsync();
        Assert.That(StatusOf(teams, "r-1"), Is.EqualTo(RefundStatus.Failed));
        var again = await teams.RefundAsync(paymentId, "r-1", 30_000);

        Assert.That((accepted.Status, again.Status), Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.Created)));
        Assert.That(teams.Receiver.TypesOf("payment"), Is.EqualTo(new[] { "payment.approved" }), "no event reports a failed refund");
        Assert.That(teams.Partners.Books.Order("o-1")!.Card, Has.Property("RefundedByOrderTeam").EqualTo(30_000).And.Property("RefundsFailed").Zero);
    }

    [Test]
    public async Task A_refund_that_never_ends_is_completed_or_failed_by_hand()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 30_000, "card-endless-refund");
        await teams.RefundAsync(paymentId, "r-1", 10_000);
        await teams.RefundAsync(paymentId, "r-2", 20_000);
        await teams.SettleAsync();
        Assert.That((await teams.RefundAsync(paymentId, "r-3", 1)).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity), "pending ones count");

        var completed = await teams.PostAsync($"/console/payments/{paymentId}/refunds/r-1/complete", new { });
        var failed = await teams.PostAsync($"/console/payments/{paymentId}/refunds/r-2/fail", new { });
        await teams.SettleAsync();

        Assert.That((completed.TextOf("status"), failed.TextOf("status")), Is.EqualTo(("completed", "failed")));
        Assert.That(teams.Receiver.TypesOf("payment"), Is.EqualTo(new[] { "payment.approved", "payment.partial-refund-completed" }));
        Assert.That((await teams.RefundAsync(paymentId, "r-3", 20_000)).Status, Is.EqualTo(HttpStatusCode.Accepted));
    }

    [Test]
    public async Task A_refund_can_be_completed_by_hand_without_its_event()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 30_000, "card-endless-refund");
        await teams.RefundAsync(paymentId, "r-1", 30_000);

        await teams.PostAsync($"/console/payments/{paymentId}/refunds/r-1/complete", new { webhook = false });
        await teams.SettleAsync();

        Assert.That(StatusOf(teams, "r-1"), Is.EqualTo(RefundStatus.Completed));
        Assert.That(teams.Receiver.TypesOf("payment"), Is.EqualTo(new[] { "payment.approved" }));
    }

    [Test]
    public async Task A_refund_that_had_completed_can_fail_afterwards_and_complete_again()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 30_000);
        await teams.RefundAsync(paymentId, "r-1", 30_000);

        await teams.PostAsync($"/console/payments/{paymentId}/refunds/r-1/fail", new { });
        var reversed = await teams.GetAsync($"/payment/payments/{paymentId}");
        Assert.That((reversed.TextOf("status"), reversed.NumberOf("refundedAmount")), Is.EqualTo(("approved", 0L)));
        Assert.That((await teams.PostAsync($"/console/payments/{paymentId}/refunds/r-1/fail", new { })).Status, Is.EqualTo(HttpStatusCode.Conflict));
        await teams.PostAsync($"/console/payments/{paymentId}/refunds/r-1/complete", new { });

        Assert.That((await teams.GetAsync($"/payment/payments/{paymentId}")).TextOf("status"), Is.EqualTo("refunded"));
        Assert.That((await teams.PostAsync($"/console/payments/{paymentId}/refunds/r-1/complete", new { })).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await teams.PostAsync($"/console/payments/{paymentId}/refunds/r-none/fail", new { })).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_refund_that_failed_is_not_completed_by_hand_once_its_money_is_gone()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 30_000, "card-failing-refund");
        await teams.RefundAsync(paymentId, "r-1", 20_000);
        await teams.SettleAsync();
        await teams.PostAsync($"/console/payments/{paymentId}/refunds", new { amount = 20_000 });

        var late = await teams.PostAsync($"/console/payments/{paymentId}/refunds/r-1/complete", new { });

        Assert.That(late.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(teams.Partners.Books.Imbalances, Is.Empty);
    }

    [Test]
    public async Task Less_can_go_back_than_was_asked_for_and_it_is_said_everywhere()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 30_000);
        await teams.PutAsync("/scenario", new { refunds = new object[] { new { orderId = "o-1", answer = "by-webhook", amount = 1_000, count = 1 } } });

        await teams.RefundAsync(paymentId, "r-1", 10_000);
        await teams.SettleAsync();
        var repeated = await teams.RefundAsync(paymentId, "r-1", 10_000);

        Assert.That(teams.Receiver.All[^1].Data.GetProperty("amount").GetInt64(), Is.EqualTo(1_000));
        Assert.That((repeated.Status, repeated.NumberOf("refundedAmount")), Is.EqualTo((HttpStatusCode.Created, 1_000L)));
        var refund = teams.Partners.Books.Order("o-1")!.Payments.Single().Refunds.Single();
        Assert.That((refund.Amount, refund.Asked), Is.EqualTo((1_000L, (long?)10_000L)));
        Assert.That(
            teams.Partners.Books.Order("o-1")!.Audit.Single(check => check.Truth == 1).Differences,
            Has.Some.Contains("1000 won went back, 10000 were asked for"));
    }

    [Test]
    public async Task A_refund_that_staff_ended_stays_as_they_left_it()
    {
        await using var teams = await PartnersHarness.StartAsync(options => options with { StepDelay = StepDelay.Manual });
        var paymentId = (await teams.PayAsync("o-1", 30_000, "card-slow-refund")).TextOf("paymentId");
        teams.Partners.Steps.RunNext("o-1");
        await teams.RefundAsync(paymentId, "r-1", 10_000);

        await teams.PostAsync($"/console/payments/{paymentId}/refunds/r-1/fail", new { });
        teams.Partners.Steps.RunAll("o-1");

        Assert.That(StatusOf(teams, "r-1"), Is.EqualTo(RefundStatus.Failed));
    }

    private static RefundStatus StatusOf(PartnersHarness teams, string refundId) =>
        teams.Partners.Payment.OfOrder("o-1").Single().Refunds.Single(r => r.RefundId == refundId).Status;
}
