using System.Net;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>Money that moves at the payment team without the order team (cases 7 and 8), and decisions that come late or differ (5 and 6).</summary>
public sealed class ConsoleTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Staff_refund_a_part_under_an_id_of_their_own_with_and_without_its_event(bool webhook)
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 104_500);

        var refunded = await teams.PostAsync($"/console/payments/{paymentId}/refunds", new { amount = 20_000, webhook });
        await teams.SettleAsync();
        var ours = await teams.RefundAsync(paymentId, "r-1", 10_000);

        Assert.That((refunded.Status, refunded.NumberOf("amount")), Is.EqualTo((HttpStatusCode.Created, 20_000L)));
        Assert.That(refunded.TextOf("refundId"), Does.StartWith("console-refund-"));
        Assert.That(teams.Receiver.TypesOf("payment.partial"), webhook ? Has.Count.EqualTo(1) : Is.Empty);
        Assert.That(ours.NumberOf("remainingAmount"), Is.EqualTo(74_500));
        var payment = await teams.GetAsync($"/payment/payments/{paymentId}");
        Assert.That(payment.NumberOf("refundedAmount"), Is.EqualTo(30_000));
        Assert.That(
            payment["refunds"].EnumerateArray().Select(r => r.GetProperty("refundId").GetString()),
            Is.EqualTo(new[] { refunded.TextOf("refundId"), "r-1" }));
    }

    [Test]
    public async Task Staff_refund_the_whole_and_the_event_names_an_unknown_refund()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 104_500);

        var refunded = await teams.PostAsync($"/console/payments/{paymentId}/refunds", new { });
        await teams.SettleAsync();

        var published = teams.Receiver.All[^1];
        Assert.That(published.Type, Is.EqualTo("payment.refund-completed"));
        Assert.That(published.Data.GetProperty("refundId").GetString(), Is.EqualTo(refunded.TextOf("refundId")));
        Assert.That(published.Data.GetProperty("amount").GetInt64(), Is.EqualTo(104_500));
        Assert.That((await teams.GetAsync($"/payment/payments/{paymentId}")).TextOf("status"), Is.EqualTo("refunded"));
        Assert.That((await teams.RefundAsync(paymentId, "r-1", 1)).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Staff_cancel_an_approved_payment_and_what_is_left_goes_back(bool webhook)
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 104_500);
        await teams.RefundAsync(paymentId, "r-1", 4_500);

        var cancelled = await teams.PostAsync($"/console/payments/{paymentId}/cancel", new { reason = "이중 결제", webhook });
        await teams.SettleAsync();

        Assert.That((cancelled.TextOf("status"), cancelled.NumberOf("refundedAmount")), Is.EqualTo(("cancelled", 104_500L)));
        Assert.That(teams.Receiver.TypesOf("payment.cancelled"), webhook ? Has.Count.EqualTo(1) : Is.Empty);
        if (webhook)
        {
            Assert.That(
                teams.Receiver.All[^1].Data.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "orderId", "paymentId", "attempt", "reason" }));
        }

        var card = teams.Partners.Books.Order("o-1")!.Card;
        Assert.That((card.Charged, card.RefundedByOrderTeam, card.RefundedByConsole, card.Kept), Is.EqualTo((104_500L, 4_500L, 100_000L, 0L)));
        Assert.That((await teams.PostAsync($"/console/payments/{paymentId}/cancel", new { })).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await teams.PostAsync("/decisions", new { paymentId, outcome = "approve" })).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task Staff_cancel_a_pending_payment_without_money()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", method: "card-no-answer");

        await teams.PostAsync($"/console/payments/{paymentId}/cancel", new { });
        await teams.SettleAsync();

        Assert.That(teams.Receiver.TypesOf("payment"), Is.EqualTo(new[] { "payment.cancelled" }));
        Assert.That(teams.Partners.Books.Order("o-1")!.Card.Charged, Is.Zero);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_bank_charges_back_in_part_or_whole(bool webhook)
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 104_500);

        var part = await teams.PostAsync($"/console/payments/{paymentId}/charge-backs", new { amount = 4_500, webhook });
        var rest = await teams.PostAsync($"/console/payments/{paymentId}/charge-backs", new { webhook });
        await teams.SettleAsync();

        Assert.That((part.NumberOf("amount"), rest.NumberOf("amount")), Is.EqualTo((4_500L, 100_000L)));
        Assert.That(part.TextOf("refundId"), Does.StartWith("charge-back-"));
        Assert.That(
            teams.Receiver.TypesOf("payment"),
            Is.EqualTo(webhook ? ["payment.approved", "payment.partial-refund-completed", "payment.refund-completed"] : new[] { "payment.approved" }));
        Assert.That(teams.Partners.Books.Order("o-1")!.Card, Has.Property("ChargedBack").EqualTo(104_500).And.Property("Kept").Zero);
    }

    [Test]
    public async Task A_foreign_refund_can_stay_pending_until_it_is_ended_by_hand()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 30_000);

        await teams.PostAsync($"/console/payments/{paymentId}/refunds", new { amount = 10_000, refundId = "staff-1", pending = true });
        Assert.That(teams.Partners.Books.Order("o-1")!.Card, Has.Property("RefundsPending").EqualTo(10_000).And.Property("Kept").EqualTo(30_000));
        await teams.PostAsync($"/console/payments/{paymentId}/refunds/staff-1/complete", new { });

        Assert.That(teams.Partners.Books.Order("o-1")!.Card, Has.Property("RefundedByConsole").EqualTo(10_000).And.Property("Kept").EqualTo(20_000));
    }

    [Test]
    public async Task The_console_gives_back_no_more_than_is_left_and_uses_an_id_once()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", 30_000);
        var unpaid = await teams.PaidAsync("o-2", method: "card-limit-exceeded");
        await teams.RefundAsync(paymentId, "r-1", 10_000);

        Task<Reply> Refund(string id, object body) => teams.PostAsync($"/console/payments/{id}/refunds", body);
        Assert.That((await Refund(paymentId, new { amount = 20_001 })).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await Refund(paymentId, new { amount = 0 })).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await Refund(paymentId, new { amount = -1 })).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await Refund(paymentId, new { amount = 1, refundId = "r-1" })).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await Refund(unpaid, new { })).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await Refund("pay-0", new { })).Status, Is.EqualTo(HttpStatusCode.NotFound));
        await Refund(paymentId, new { });
        Assert.That((await Refund(paymentId, new { })).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity), "nothing is left");
        Assert.That(teams.Partners.Books.Imbalances, Is.Empty);
    }

    [TestCase(100)]
    [TestCase(209_000)]
    public async Task An_approval_can_take_another_amount_and_says_so_everywhere(long taken)
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.PutAsync("/scenario", new { payments = new[] { new { orderId = "o-1", approvedAmount = taken } } });

        var paymentId = await teams.PaidAsync("o-1", 104_500);

        Assert.That(teams.Receiver.All.Single().Data.GetProperty("amount").GetInt64(), Is.EqualTo(taken));
        Assert.That((await teams.GetAsync($"/payment/payments/{paymentId}")).NumberOf("amount"), Is.EqualTo(taken));
        var account = teams.Partners.Books.Order("o-1")!;
        Assert.That((account.CardCharged, account.Payments.Single().Amount), Is.EqualTo((taken, 104_500L)));
        Assert.That(account.Audit.Single(check => check.Truth == 1).Differences, Has.Some.Contains($"{taken} won were taken, 104500 asked for"));
        Assert.That((await teams.RefundAsync(paymentId, "r-1", taken)).Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(teams.Partners.Books.Imbalances, Is.Empty);
    }

    [Test]
    public async Task Another_amount_can_be_found_only_by_asking()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.PutAsync("/scenario", new { payments = new[] { new { outcome = "approve-without-webhook", approvedAmount = 100 } } });

        var paymentId = await teams.PaidAsync("o-1", 104_500);

        Assert.That(teams.Receiver.All, Is.Empty);
        Assert.That((await teams.GetAsync($"/payment/payments/{paymentId}")).NumberOf("amount"), Is.EqualTo(100));
    }

    [Test]
    public async Task An_approval_follows_a_decline_of_the_same_attempt()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var paymentId = await teams.PaidAsync("o-1", method: "card-approved-after-decline");

        Assert.That(teams.Receiver.TypesOf("payment"), Is.EqualTo(new[] { "payment.declined", "payment.approved" }));
        Assert.That((await teams.GetAsync($"/payment/payments/{paymentId}")).TextOf("status"), Is.EqualTo("approved"));
        Assert.That(teams.Partners.Books.Order("o-1")!.Card.Charged, Is.EqualTo(50_000));
    }

    [TestCase("card-limit-exceeded")]
    [TestCase("card-timed-out")]
    [TestCase("card-customer-cancel")]
    public async Task A_closed_attempt_of_any_kind_can_be_approved_late_by_hand_once(string method)
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", method: method);

        var first = await teams.PostAsync("/decisions", new { paymentId, outcome = "approve", amount = 777 });
        var second = await teams.PostAsync("/decisions", new { paymentId, outcome = "approve" });
        await teams.SettleAsync();

        Assert.That((first.Status, second.Status), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.Conflict)));
        Assert.That(teams.Receiver.All[^1].Data.GetProperty("amount").GetInt64(), Is.EqualTo(777));
        Assert.That(teams.Partners.Payment.OfOrder("o-1").Single(), Has.Property("Status").EqualTo(PaymentStatus.Approved).And.Property("Amount").EqualTo(777));
    }

    [Test]
    public async Task A_late_decision_can_be_lost_on_its_way()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1", method: "card-limit-exceeded");

        await teams.PostAsync("/decisions", new { paymentId, outcome = "approve-without-webhook" });
        await teams.SettleAsync();

        Assert.That(teams.Receiver.TypesOf("payment"), Is.EqualTo(new[] { "payment.declined" }));
        Assert.That((await teams.GetAsync($"/payment/payments/{paymentId}")).TextOf("status"), Is.EqualTo("approved"));
    }
}
