using System.Net;
using OrderOrchestration.Partners.Accounting;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary><c>GET /books</c>: the numbers that the invariants (truths) of domain.md §5 are checked against.</summary>
public sealed class BooksTests
{
    private const int Orders = 40;

    [Test]
    public async Task An_orders_account_shows_everything_that_was_done_for_it()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.RedeemAsync("WELCOME10", "o-1");
        await teams.PointsAsync("m-1", "uses", "o-1", 1_000);
        await teams.SellAsync("o-1", "p-100", 2);
        var paymentId = await teams.PaidAsync("o-1", 104_500);
        await teams.ShipAsync("s-1");
        await teams.SettleAsync();
        await teams.RefundAsync(paymentId, "r-1", 10_000);
        await teams.RestoreStockAsync("o-1", "p-100", 1);
        await teams.PointsAsync("m-1", "accruals", "o-1", 945);
        await teams.PostAsync("/member/members/m-1/purchases", new { orderId = "o-1", amount = 94_500 });
        await teams.PostAsync("/notification/notifications", new { to = "m-1", template = "delivered", data = new { orderId = "o-1" } });

        var books = await teams.GetAsync("/books?orderId=o-1");

        var account = books["orders"].EnumerateArray().Single();
        long Of(string name) => account.GetProperty(name).GetInt64();
        Assert.That((Of("cardCharged"), Of("cardRefunded"), Of("pendingPayments")), Is.EqualTo((104_500L, 10_000L, 0L)));
        Assert.That((Of("pointsUsed"), Of("pointsRestored"), Of("pointsAccrued"), Of("pointsClawedBack")), Is.EqualTo((1_000L, 0L, 945L, 0L)));
        Assert.That((Of("couponRedemptions"), Of("couponRestorations")), Is.EqualTo((1L, 0L)));
        Assert.That((Of("purchasesRecorded"), Of("purchased"), Of("notifications")), Is.EqualTo((1L, 94_500L, 1L)));
        Assert.That(
            account.GetProperty("units")[0].GetRawText(),
            Is.EqualTo("""{"productId":"p-100","reserved":2,"held":0,"released":0,"expired":0,"committed":2,"restored":1,"shipped":1,"returnedToSender":0,"pickedUp":0,"pickedUpDefective":0,"toBeShipped":0}"""));
        Assert.That(account.GetProperty("shipments")[0].GetProperty("status").GetString(), Is.EqualTo("delivered"));
        Assert.That(books["imbalances"].GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task The_books_of_another_order_are_left_out_when_one_is_asked_for()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.PaidAsync("o-1");
        await teams.PaidAsync("o-2");

        Assert.That(teams.Partners.BooksOf("o-2").Orders.Single().OrderId, Is.EqualTo("o-2"));
        Assert.That(teams.Partners.BooksOf("o-2").Totals.CardCharged, Is.EqualTo(100_000), "totals are over all");
        Assert.That(teams.Partners.Books.Order("o-3"), Is.Null);
    }

    [Test]
    public async Task The_books_balance_after_a_crowd_of_orders_with_lost_answers_and_repetitions()
    {
        await using var teams = await PartnersHarness.StartAsync();
        teams.Partners.Faults.Set(
            new FaultRule(LostAnswer: LostAnswer.GatewayTimeout, Probability: 0.2),
            new FaultRule(Status: 503, Probability: 0.2),
            new FaultRule(Webhooks: new WebhookFault(Repetitions: 1), Probability: 0.3));

        await Task.WhenAll(Enumerable.Range(0, Orders).Select(n => OrderAndCancelHalfAsync(teams, n)));
        teams.Partners.Faults.Clear();
        await teams.SettleAsync();

        var books = teams.Partners.Books;
        Assert.That(books.Imbalances, Is.Empty);
        Assert.That(books.Totals.Orders, Is.EqualTo(Orders));
        Assert.That((books.Totals.UnitsCommitted, books.Totals.UnitsRestored), Is.EqualTo((2L * Orders, 1L * Orders)));
        Assert.That((books.Totals.PointsUsed, books.Totals.PointsRestored), Is.EqualTo((100L * Orders, 50L * Orders)));
        Assert.That((books.Totals.CardCharged, books.Totals.CardRefunded), Is.EqualTo((30_000L * Orders, 15_000L * Orders)));
        Assert.That(books.Stock.Single(s => s.ProductId == "p-900").Available, Is.EqualTo(2_000_000 - Orders));
        Assert.That(books.Calls.Sum(c => c.Replayed), Is.Positive, "answers were lost, or this shows nothing");
        Assert.That(books.Webhooks.Pending, Is.Zero);
    }

    [Test]
    public void An_imbalance_is_named()
    {
        var balanced = new StockAccount("p-1", 10, 0, 7, 1, 2, 0);
        var unbalanced = balanced with { ProductId = "p-2", Available = 8 };
        var member = new MemberAccount("m-1", 100, 0, 30, 10, 5, 5, 80, 0);
        var order = new OrderAccount("o-1", [new UnitCount("p-1", 3, 1, 0, 0, 2, 0, 0, 0, 0)], [], 100, 100, 0, 30, 10, 5, 5, 0, 0, 0, 0, [], 0, 0);

        Assert.That(Audit.Imbalances([balanced], [member], [order]), Is.Empty);
        Assert.That(Audit.Imbalances([unbalanced], [], []).Single(), Does.Contain("p-2"));
        Assert.That(Audit.Imbalances([], [member with { Balance = 81 }], []).Single(), Does.Contain("m-1"));
        Assert.That(Audit.Imbalances([], [], [order with { CardRefunded = 101 }]).Single(), Does.Contain("more refunded"));
        Assert.That(Audit.Imbalances([], [], [order with { PointsRestored = 31 }]).Single(), Does.Contain("more points"));
        Assert.That(Audit.Imbalances([], [], [order with { Units = [order.Units[0] with { Restored = 3 }] }]).Single(), Does.Contain("p-1"));
    }

    [Test]
    public async Task The_catalogue_and_changes_by_hand_are_visible()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.PutAsync("/scenario", new
        {
            stock = new[] { new { productId = "p-602", warehouseId = "wh-busan", free = 12 } },
            members = new[] { new { memberId = "m-3", pointBalance = 777, tier = "VIP" } },
            verifications = new[] { new { verificationId = "iv-new", memberId = "m-3", verified = true } },
            payouts = new[] { new { sellerId = "s-1", failureReason = "x" } },
        });

        var catalogue = await teams.GetAsync("/catalogue");
        Assert.That(catalogue["coupons"].EnumerateArray().Select(c => c.GetProperty("code").GetString()), Does.Contain("WELCOME10"));
        Assert.That((await teams.GetAsync("/member/members/m-3")).Text, Does.Contain("\"tier\":\"VIP\",\"pointBalance\":777"));
        Assert.That((await teams.GetAsync("/payment/identity-verifications/iv-new"))["verified"].GetBoolean(), Is.True);
        Assert.That(teams.Partners.Books.Stock.Single(s => s.ProductId == "p-602"), Has.Property("Adjusted").EqualTo(12).And.Property("Available").EqualTo(12));
        Assert.That(teams.Partners.Books.Imbalances, Is.Empty);
        Assert.That((await teams.GetAsync("/scenario"))["payouts"].GetArrayLength(), Is.EqualTo(2), "and the catalogue's own");
        Assert.That((await teams.DeleteAsync("/scenario")).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(teams.Partners.Scenarios.Payouts, Is.Empty);
    }

    [TestCase("""{"payments":[{"afterMs":-1}]}""")]
    [TestCase("""{"payments":[{"afterMs":99999999999}]}""")]
    [TestCase("""{"payments":[{"outcome":"shrug"}]}""")]
    [TestCase("""{"shipments":[{"trackingUpdates":101}]}""")]
    [TestCase("""{"shipments":[{"failedDeliveries":-1}]}""")]
    [TestCase("""{"stock":[{"productId":"p-100","warehouseId":"wh-seoul","free":-1}]}""")]
    [TestCase("""{"members":[{"memberId":"m-1","pointBalance":-1}]}""")]
    public async Task A_scenario_that_makes_no_sense_is_refused(string body)
    {
        await using var teams = await PartnersHarness.StartAsync();

        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        Assert.That((await teams.PutAsync("/scenario", content)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Calls_are_counted_per_endpoint_of_the_teams_only()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await teams.ReserveAsync("o-1", "p-602", 1);
        await teams.GetAsync("/product/products/p-100");
        await teams.GetAsync("/product/products/p-101");
        await teams.GetAsync("/books");

        var calls = teams.Partners.Books.Calls.Select(c => (c.Call, c.Received, c.Succeeded, c.Refused));

        Assert.That(
            calls,
            Is.EqualTo(new[] { ("GET /product/products/{productId}", 2L, 2L, 0L), ("POST /product/stock-reservations", 1L, 0L, 1L) }));
    }

    [Test]
    public async Task Two_servers_in_one_process_know_nothing_of_each_other()
    {
        await using var here = await PartnersHarness.StartAsync();
        await using var there = await PartnersHarness.StartAsync();

        await here.PaidAsync("o-1");

        Assert.That(here.Partners.Payment.OfOrder("o-1").Single().Status, Is.EqualTo(PaymentStatus.Approved));
        Assert.That(there.Partners.Books.Orders, Is.Empty);
        Assert.That(here.Partners.BaseUrl(Team.Product), Is.Not.EqualTo(there.Partners.BaseUrl(Team.Product)));
    }

    /// <summary>Buys two units with 100 points and a card, then gives half of everything back; every call is repeated until it is answered.</summary>
    private static async Task OrderAndCancelHalfAsync(PartnersHarness teams, int n)
    {
        var orderId = $"o-{n}";
        Task<Reply> Insist(string path, object body) => InsistAsync(() => teams.PostAsync(path, body, $"{orderId}{path}"));
        var lines = new[] { new { productId = "p-900", quantity = 2 } };
        await Insist($"/member/members/m-{100 + n}/point-uses", new { orderId, points = 100 });
        var reservation = await Insist("/product/stock-reservations", new { orderId, lines, ttlSeconds = 60 });
        var payment = await Insist("/payment/payments", new { orderId, attempt = 1, amount = 30_000, method = "card" });
        await Insist($"/product/stock-reservations/{reservation.TextOf("reservationId")}/commit", new { });
        await InsistUntilApprovedAsync(teams, payment.TextOf("paymentId"));
        await Insist($"/payment/payments/{payment.TextOf("paymentId")}/refunds", new { refundId = $"r-{n}", amount = 15_000, reason = "half" });
        await Insist("/product/stock-restorations", new { orderId, lines = new[] { new { productId = "p-900", quantity = 1 } }, reason = "half" });
        await Insist($"/member/members/m-{100 + n}/point-restorations", new { orderId, points = 50 });
    }

    private static async Task<Reply> InsistAsync(Func<Task<Reply>> call)
    {
        while (true)
        {
            var reply = await call();
            if ((int)reply.Status < 500)
            {
                Assert.That((int)reply.Status, Is.LessThan(300), reply.Text);
                return reply;
            }
        }
    }

    private static async Task InsistUntilApprovedAsync(PartnersHarness teams, string paymentId)
    {
        while ((await InsistAsync(() => teams.GetAsync($"/payment/payments/{paymentId}"))).TextOf("status") != "approved")
        {
            await Task.Yield();
        }
    }
}
