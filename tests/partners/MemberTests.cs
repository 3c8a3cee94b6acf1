using System.Net;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>The member team: points, purchases and tiers.</summary>
public sealed class MemberTests
{
    [Test]
    public async Task A_member_is_answered_with_tier_points_birthday_and_phone()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var member = await teams.GetAsync("/member/members/m-2");

        Assert.That((member.TextOf("tier"), member.NumberOf("pointBalance"), member.TextOf("phone")), Is.EqualTo(("VIP", 10_000L, "010-1111-0002")));
        Assert.That(DateOnly.TryParseExact(member.TextOf("birthday"), "yyyy-MM-dd", out _), Is.True);
        Assert.That((await teams.GetAsync("/member/members/m-nobody")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Points_are_used_restored_accrued_and_clawed_back_to_the_point()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var used = await teams.PointsAsync("m-1", "uses", "o-1", 3_000);
        var restored = await teams.PointsAsync("m-1", "restorations", "o-1", 1_000);
        var accrued = await teams.PointsAsync("m-1", "accruals", "o-1", 500);
        var clawedBack = await teams.PointsAsync("m-1", "clawbacks", "o-1", 200);
        await teams.SettleAsync();

        Reply[] all = [used, restored, accrued, clawedBack];
        Assert.That(all.Select(r => r.Status), Is.All.EqualTo(HttpStatusCode.Created));
        Assert.That(all.Select(r => r.NumberOf("points")), Is.EqualTo(new[] { 3_000L, 1_000L, 500L, 200L }));
        Assert.That(all.Select(r => r.NumberOf("balance")), Is.EqualTo(new[] { 47_000L, 48_000L, 48_500L, 48_300L }));
        Assert.That(teams.Receiver.TypesOf("member"), Is.EqualTo(new[] { "member.mileage-accrued" }));
        Assert.That(teams.Receiver.All.Single().Event.GetProperty("subject").GetString(), Is.EqualTo("m-1"));
    }

    [Test]
    public async Task Parallel_uses_never_take_more_than_the_balance()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => teams.PointsAsync("m-2", "uses", $"o-{n}", 3_000)));

        Assert.That(replies.Count(r => r.Status == HttpStatusCode.Created), Is.EqualTo(3));
        var refused = replies.Where(r => r.Status == HttpStatusCode.Conflict).ToList();
        Assert.That(refused.Select(r => r.TextOf("reason")), Is.All.EqualTo("insufficient-balance").And.Exactly(17).Items);
        Assert.That(teams.Partners.Member.Get("m-2").PointBalance, Is.EqualTo(1_000));
    }

    [Test]
    public async Task An_order_gets_back_at_most_the_points_it_used()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.PointsAsync("m-1", "uses", "o-1", 3_000);
        await teams.PointsAsync("m-1", "restorations", "o-1", 2_000);

        var tooMuch = await teams.PointsAsync("m-1", "restorations", "o-1", 1_001);
        var ofAnother = await teams.PointsAsync("m-1", "restorations", "o-2", 1);

        Assert.That((tooMuch.Status, ofAnother.Status), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Conflict)));
        Assert.That(teams.Partners.Member.Get("m-1").PointBalance, Is.EqualTo(49_000));
    }

    [Test]
    public async Task A_claw_back_answers_what_it_could_take()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.PointsAsync("m-3", "accruals", "o-1", 500);
        await teams.PointsAsync("m-3", "uses", "o-2", 450);

        var clawedBack = await teams.PointsAsync("m-3", "clawbacks", "o-1", 500);
        var neverGiven = await teams.PointsAsync("m-3", "clawbacks", "o-2", 1);

        Assert.That((clawedBack.NumberOf("points"), clawedBack.NumberOf("balance")), Is.EqualTo((50L, 0L)));
        Assert.That(neverGiven.Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task Half_a_million_won_in_a_month_make_a_vip_and_a_return_unmakes_one()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var first = await RecordAsync(teams, "o-1", 49_999);
        var second = await RecordAsync(teams, "o-2", 1);
        var returned = await RecordAsync(teams, "o-2", -1);
        await teams.SettleAsync();

        Assert.That((first.NumberOf("monthAmount"), first.TextOf("tier")), Is.EqualTo((499_999L, "GOLD")));
        Assert.That((second.TextOf("previousTier"), second.TextOf("tier"), second.NumberOf("totalAmount")), Is.EqualTo(("GOLD", "VIP", 500_000L)));
        Assert.That((returned.TextOf("previousTier"), returned.TextOf("tier")), Is.EqualTo(("VIP", "GOLD")));
        Assert.That(
            teams.Receiver.TypesOf("member"),
            Is.EqualTo(new[]
            {
                "member.cumulative-amount-updated", "member.cumulative-amount-updated", "member.tier-changed",
                "member.cumulative-amount-updated", "member.tier-changed",
            }));
        var changed = teams.Receiver.All.First(r => r.Type == "member.tier-changed");
        Assert.That(changed.Data.GetRawText(), Is.EqualTo("""{"memberId":"m-5","previousTier":"GOLD","tier":"VIP"}"""));
    }

    [Test]
    public async Task A_new_month_in_Seoul_starts_at_nothing()
    {
        var clock = new ManualClock(); // 10 March, 09:00 in Seoul
        await using var teams = await PartnersHarness.StartAsync(options => options with { TimeProvider = clock });
        await RecordAsync(teams, "o-1", 50_000);
        Assert.That(teams.Partners.Member.Get("m-5").Tier, Is.EqualTo("VIP"));

        clock.Advance(TimeSpan.FromDays(21) + TimeSpan.FromHours(15)); // 1 April 00:00 in Seoul, still March in UTC

        Assert.That(teams.Partners.Member.Get("m-5").Tier, Is.EqualTo("GOLD"));
        Assert.That((await RecordAsync(teams, "o-2", 7)).NumberOf("monthAmount"), Is.EqualTo(7));
    }

    private static Task<Reply> RecordAsync(PartnersHarness teams, string orderId, long amount) =>
        teams.PostAsync("/member/members/m-5/purchases", new { orderId, amount, items = new[] { new { productId = "p-100", quantity = 1 } } });

    [Test]
    public async Task A_deleted_member_is_not_found_by_any_call_and_stays_in_the_books()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.PointsAsync("m-1", "uses", "o-1", 1_000);
        await teams.PointsAsync("m-1", "accruals", "o-1", 500);
        await teams.RedeemAsync("WELCOME10", "o-1");

        await teams.PutAsync("/scenario", new { members = new[] { new { memberId = "m-1", deleted = true } } });

        var calls = new[]
        {
            await teams.GetAsync("/member/members/m-1"),
            await teams.PointsAsync("m-1", "uses", "o-2", 1),
            await teams.PointsAsync("m-1", "restorations", "o-1", 1_000),
            await teams.PointsAsync("m-1", "accruals", "o-2", 1),
            await teams.PointsAsync("m-1", "clawbacks", "o-1", 500),
            await teams.PostAsync("/member/members/m-1/purchases", new { orderId = "o-1", amount = 1 }),
            await teams.GetAsync("/promotion/coupons/WELCOME10/validity?memberId=m-1&amount=60000"),
            await teams.RedeemAsync("EVERY3", "o-2"),
            await teams.PostAsync("/promotion/coupons/WELCOME10/restorations", new { orderId = "o-1" }),
        };
        Assert.That(calls.Select(c => c.Status), Is.All.EqualTo(HttpStatusCode.NotFound));
        Assert.That(teams.Partners.Member.All().Select(m => m.MemberId), Does.Not.Contain("m-1"));
        var books = teams.Partners.Books;
        Assert.That(books.Members.Single(m => m.MemberId == "m-1"), Has.Property("Used").EqualTo(1_000).And.Property("Balance").EqualTo(49_500));
        Assert.That(books.Imbalances, Is.Empty);
    }

    [Test]
    public async Task A_deletion_outlives_a_restart_and_can_be_taken_back()
    {
        using var folder = new StateFolder();
        await using (var teams = await PartnersHarness.StartAsync(options => options with { StateFile = folder.File }))
        {
            await teams.PutAsync("/scenario", new { members = new[] { new { memberId = "m-1", deleted = true } } });
        }

        await using var next = await PartnersHarness.StartAsync(options => options with { StateFile = folder.File });
        Assert.That((await next.GetAsync("/member/members/m-1")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        await next.PutAsync("/scenario", new { members = new[] { new { memberId = "m-1", deleted = false } } });

        Assert.That((await next.GetAsync("/member/members/m-1")).NumberOf("pointBalance"), Is.EqualTo(50_000));
        Assert.That(
            (await next.PutAsync("/scenario", new { members = new[] { new { memberId = "m-none", deleted = true } } })).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }
}
