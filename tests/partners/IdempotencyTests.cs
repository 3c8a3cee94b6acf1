using System.Net;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary><c>Idempotency-Key</c> on every call that changes something (contract §2).</summary>
public sealed class IdempotencyTests
{
    private static readonly string[] ChangingCalls =
    [
        "POST /product/stock-reservations", "POST /product/stock-reservations/x/commit", "DELETE /product/stock-reservations/x",
        "POST /product/stock-restorations", "POST /payment/payments", "POST /payment/payments/x/cancel", "POST /payment/payments/x/refunds",
        "POST /logistics/shipments", "POST /logistics/shipments/x/cancel", "PUT /logistics/shipments/x/address",
        "POST /logistics/shipments/x/return", "POST /logistics/return-pickups", "POST /member/members/m-1/point-uses",
        "POST /member/members/m-1/point-restorations", "POST /member/members/m-1/point-accruals", "POST /member/members/m-1/point-clawbacks",
        "POST /member/members/m-1/purchases", "POST /promotion/coupons/WELCOME10/redemptions", "POST /promotion/coupons/WELCOME10/restorations",
        "POST /finance/payouts", "POST /finance/tax-invoices", "POST /notification/notifications",
    ];

    [Test]
    public async Task Without_a_key_nothing_is_changed()
    {
        await using var teams = await PartnersHarness.StartAsync();

        foreach (var call in ChangingCalls)
        {
            var (method, path) = (call.Split(' ')[0], call.Split(' ')[1]);
            var reply = await teams.SendAsync(HttpMethod.Parse(method), path, method == "DELETE" ? null : new { }, key: null);

            Assert.That((reply.Status, reply.Problem), Is.EqualTo((HttpStatusCode.BadRequest, "/problems/invalid-request")), call);
            Assert.That(reply.TextOf("detail"), Does.Contain("Idempotency-Key"), call);
        }
    }

    [Test]
    public async Task A_repetition_gets_the_first_answer_and_does_nothing()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var first = await teams.ReserveAsync("o-1", "p-600", 1, "o-1/reserve/1");
        var second = await teams.ReserveAsync("o-1", "p-600", 1, "o-1/reserve/1");

        Assert.That((second.Status, second.Text), Is.EqualTo((HttpStatusCode.Created, first.Text)));
        Assert.That((first.IsReplay, second.IsReplay), Is.EqualTo((false, true)));
        var calls = teams.Partners.Books.Calls.Single(c => c.Call == "POST /product/stock-reservations");
        Assert.That((calls.Received, calls.Succeeded, calls.Replayed), Is.EqualTo((2L, 1L, 1L)));
    }

    [Test]
    public async Task The_same_body_written_in_another_order_is_the_same_body()
    {
        await using var teams = await PartnersHarness.StartAsync();

        await teams.PostAsync("/member/members/m-1/point-uses", new { orderId = "o-1", points = 10 }, "k");
        var second = await teams.PostAsync("/member/members/m-1/point-uses", new { points = 10, orderId = "o-1" }, "k");

        Assert.That((second.Status, second.IsReplay), Is.EqualTo((HttpStatusCode.Created, true)));
    }

    [Test]
    public async Task A_key_used_with_another_body_is_refused()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.PointsAsync("m-1", "uses", "o-1", 10);
        await teams.PostAsync("/member/members/m-1/point-uses", new { orderId = "o-1", points = 10 }, "k");

        var reused = await teams.PostAsync("/member/members/m-1/point-uses", new { orderId = "o-1", points = 11 }, "k");

        Assert.That((reused.Status, reused.Problem), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "/problems/idempotency-key-reused")));
        Assert.That(teams.Partners.Member.Get("m-1").PointBalance, Is.EqualTo(49_980));
    }

    [Test]
    public async Task One_key_serves_two_different_calls()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var accrual = await teams.PostAsync("/member/members/m-1/point-accruals", new { orderId = "o-1", points = 10 }, "o-1/complete/1");
        var purchase = await teams.PostAsync("/member/members/m-1/purchases", new { orderId = "o-1", amount = 10 }, "o-1/complete/1");

        Assert.That((accrual.Status, purchase.Status), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.OK)));
    }

    [Test]
    public async Task Duplicates_at_once_do_the_work_once_and_all_get_its_answer()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => teams.PointsOnceAsync("k")));

        Assert.That(replies.Select(r => (r.Status, r.Text)), Is.All.EqualTo((HttpStatusCode.Created, """{"points":7,"balance":49993}""")));
        Assert.That(replies.Count(r => !r.IsReplay), Is.EqualTo(1));
        Assert.That(teams.Partners.Books.Order("o-1")!.PointsUsed, Is.EqualTo(7));
    }

    [Test]
    public async Task A_refused_call_may_be_tried_again_under_its_key()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var refused = await teams.ReserveAsync("o-1", "p-602", 1, "k");
        teams.Partners.Product.SetStock("p-602", "wh-busan", 1);
        var held = await teams.ReserveAsync("o-1", "p-602", 1, "k");

        Assert.That((refused.Status, held.Status), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Created)));
    }

    [Test]
    public async Task After_its_window_a_key_is_forgotten()
    {
        var clock = new ManualClock();
        await using var teams = await PartnersHarness.StartAsync(options => options with { TimeProvider = clock });
        await teams.PointsOnceAsync("k");

        clock.Advance(TimeSpan.FromDays(15) - TimeSpan.FromSeconds(1));
        Assert.That((await teams.PointsOnceAsync("k")).IsReplay, Is.True);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await teams.PointsOnceAsync("k")).IsReplay, Is.False);

        Assert.That(teams.Partners.Books.Order("o-1")!.PointsUsed, Is.EqualTo(14), "why a refund is asked about before it is repeated late");
    }
}
