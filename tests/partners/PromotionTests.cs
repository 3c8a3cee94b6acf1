using System.Net;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>The promotion team: a coupon is checked, redeemed once, given back once.</summary>
public sealed class PromotionTests
{
    [Test]
    public async Task A_valid_coupon_is_answered_with_its_conditions()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var amount = await teams.GetAsync("/promotion/coupons/WELCOME10/validity?memberId=m-1&amount=120000");
        var rate = await teams.GetAsync("/promotion/coupons/RATE20/validity?memberId=m-1&amount=120000");

        Assert.That(
            amount.Text,
            Is.EqualTo("""{"valid":true,"kind":"amount","value":10000,"minOrderAmount":50000,"sellerShare":0}"""));
        Assert.That(
            rate.Text,
            Is.EqualTo("""{"valid":true,"kind":"rate","value":0.20,"maxDiscount":30000,"minOrderAmount":30000,"sellerShare":0.5}"""));
    }

    [TestCase("WELCOME10", "m-1", 49_999, "conditions-not-met")]
    [TestCase("WELCOME10", "", 120_000, "conditions-not-met")]
    [TestCase("EXPIRED5", "m-1", 120_000, "expired")]
    public async Task A_coupon_that_cannot_be_used_says_why(string code, string memberId, long amount, string reason)
    {
        await using var teams = await PartnersHarness.StartAsync();

        var answer = await teams.GetAsync($"/promotion/coupons/{code}/validity?memberId={memberId}&amount={amount}");

        Assert.That((answer["valid"].GetBoolean(), answer.TextOf("reason")), Is.EqualTo((false, reason)));
    }

    [Test]
    public async Task A_member_uses_a_coupon_once_until_it_is_restored()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var first = await teams.RedeemAsync("WELCOME10", "o-1");
        var second = await teams.RedeemAsync("WELCOME10", "o-2");
        var validity = await teams.GetAsync("/promotion/coupons/WELCOME10/validity?memberId=m-1&amount=120000");
        var restored = await RestoreAsync(teams, "WELCOME10", "o-1");
        var restoredAgain = await RestoreAsync(teams, "WELCOME10", "o-1");
        var third = await teams.RedeemAsync("WELCOME10", "o-3");

        Assert.That((first.Status, restored.Status, third.Status), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.Created)));
        Assert.That((second.Status, second.TextOf("reason")), Is.EqualTo((HttpStatusCode.Conflict, "already-used")));
        Assert.That(validity.TextOf("reason"), Is.EqualTo("already-used"));
        Assert.That((restoredAgain.Status, restoredAgain.TextOf("reason")), Is.EqualTo((HttpStatusCode.Conflict, "already-restored")));
        var account = teams.Partners.Books.Order("o-1")!;
        Assert.That((account.CouponRedemptions, account.CouponRestorations), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_coupon_for_one_use_in_all_goes_to_one_of_many_at_once()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var replies = await Task.WhenAll(Enumerable.Range(100, 30).Select(n => teams.RedeemAsync("FIRST1", $"o-{n}", $"m-{n}")));

        Assert.That(replies.Count(r => r.Status == HttpStatusCode.Created), Is.EqualTo(1));
        Assert.That(
            replies.Where(r => r.Status == HttpStatusCode.Conflict).Select(r => r.TextOf("reason")),
            Is.All.EqualTo("already-used").And.Exactly(29).Items);
    }

    [Test]
    public async Task One_order_uses_a_coupon_for_everybody_once()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.RedeemAsync("EVERY3", "o-1");

        Assert.That((await teams.RedeemAsync("EVERY3", "o-1")).TextOf("reason"), Is.EqualTo("already-used"));
        Assert.That((await teams.RedeemAsync("EVERY3", "o-2")).Status, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task A_coupon_expires_by_the_clock()
    {
        var clock = new ManualClock();
        await using var teams = await PartnersHarness.StartAsync(options => options with { TimeProvider = clock });

        clock.Advance(TimeSpan.FromDays(365));

        Assert.That((await teams.RedeemAsync("EVERY3", "o-1")).TextOf("reason"), Is.EqualTo("expired"));
    }

    [Test]
    public async Task Unknown_coupons_are_404_and_what_was_not_redeemed_is_not_restored()
    {
        await using var teams = await PartnersHarness.StartAsync();

        Assert.That((await teams.GetAsync("/promotion/coupons/NOPE/validity?memberId=m-1&amount=1")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await teams.RedeemAsync("NOPE", "o-1")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await RestoreAsync(teams, "WELCOME10", "o-1")).TextOf("reason"), Is.EqualTo("not-redeemed"));
    }

    private static Task<Reply> RestoreAsync(PartnersHarness teams, string code, string orderId) =>
        teams.PostAsync($"/promotion/coupons/{code}/restorations", new { orderId, memberId = "m-1" });
}
