using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Partners.Webhooks;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>Answers and events with changed content, events that are never sent, answers that never come (cases 5, 10, 25 to 27).</summary>
public sealed class WrongAnswersTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private static IEnumerable<TestCaseData> Answers()
    {
        const string Product = "/product/products/p-100";
        const string Member = "/member/members/m-1";
        const string Coupon = "/promotion/coupons/WELCOME10/validity?memberId=m-1&amount=60000";
        yield return Case("a price of 1.5", Product, "product", new { set = new Dictionary<string, object?> { ["/price"] = 1.5 } }, ("price", "1.5"));
        yield return Case("a price below zero", Product, "product", new { set = new Dictionary<string, object?> { ["/price"] = -1 } }, ("price", "-1"));
        yield return Case("a price of 10^15", Product, "product", new { set = new Dictionary<string, object?> { ["/price"] = 1_000_000_000_000_000 } }, ("price", "1000000000000000"));
        yield return Case("a null balance", Member, "member", new { set = new Dictionary<string, object?> { ["/pointBalance"] = null } }, ("pointBalance", "null"));
        yield return Case("no balance", Member, "member", new { remove = new[] { "/pointBalance" } }, ("pointBalance", null));
        yield return Case("an odd birthday", Member, "member", new { set = new Dictionary<string, object?> { ["/birthday"] = "1990-02-29" } }, ("birthday", "\"1990-02-29\""));
        yield return Case("a coupon's maximum of -5", Coupon, "promotion", new { set = new Dictionary<string, object?> { ["/maxDiscount"] = -5 } }, ("maxDiscount", "-5"));
    }

    [TestCaseSource(nameof(Answers))]
    public async Task An_answer_can_have_other_words(string address, string team, object answer, string field, string? expected)
    {
        await using var teams = await PartnersHarness.StartAsync();
        await SetAsync(teams, new { team, answer, count = 1 });

        var wrong = await teams.GetAsync(address);
        var right = await teams.GetAsync(address);

        Assert.That(wrong.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(wrong.Json.TryGetProperty(field, out var value) ? value.GetRawText() : null, Is.EqualTo(expected));
        Assert.That(right.Json.TryGetProperty(field, out value) ? value.GetRawText() : null, Is.Not.EqualTo(expected), "only so often");
    }

    [Test]
    public async Task A_reservation_can_be_answered_with_everything_that_may_be_wrong_with_it()
    {
        await using var teams = await PartnersHarness.StartAsync();
        async Task<Reply> ReserveAsync(int n, object answer)
        {
            await SetAsync(teams, new { team = "product", method = "POST", path = "/stock-reservations", subject = $"o-{n}", answer });
            return await teams.ReserveAsync($"o-{n}", "p-100", 2);
        }

        var past = await ReserveAsync(1, new { set = new Dictionary<string, object> { ["/expiresAt"] = "2020-01-01T00:00:00+09:00" } });
        var timeless = await ReserveAsync(2, new { remove = new[] { "/expiresAt" } });
        var empty = await ReserveAsync(3, new { set = new Dictionary<string, object> { ["/lines"] = Array.Empty<object>() } });
        var few = await ReserveAsync(4, new { set = new Dictionary<string, object> { ["/lines/0/reservedQuantity"] = 1 } });
        var other = await ReserveAsync(5, new { set = new Dictionary<string, object> { ["/lines/0/productId"] = "p-999" } });
        var more = await ReserveAsync(6, new { set = new Dictionary<string, object> { ["/lines/-"] = new { productId = "p-999", reservedQuantity = 1, warehouseId = "wh-seoul" } } });

        Assert.That(past["expiresAt"].GetDateTimeOffset(), Is.LessThan(DateTimeOffset.UtcNow));
        Assert.That(timeless.Json.TryGetProperty("expiresAt", out _), Is.False);
        Assert.That(empty["lines"].GetArrayLength(), Is.Zero);
        Assert.That(few["lines"][0].GetProperty("reservedQuantity").GetInt32(), Is.EqualTo(1));
        Assert.That(other["lines"][0].GetProperty("productId").GetString(), Is.EqualTo("p-999"));
        Assert.That(more["lines"].GetArrayLength(), Is.EqualTo(2));
        Assert.That(teams.Partners.Books.Orders.Select(o => o.Units.Single().Reserved), Is.All.EqualTo(2), "what the team itself knows stays true");
    }

    [TestCase("<html>", "<html>")]
    [TestCase("", "")]
    [TestCase("""{"productId": "p-1""", """{"productId": "p-1""")]
    public async Task An_answer_can_be_no_json_at_all(string raw, string expected)
    {
        await using var teams = await PartnersHarness.StartAsync();
        await SetAsync(teams, new { team = "product", answer = new { raw } });

        var reply = await teams.GetAsync("/product/products/p-100");

        Assert.That((reply.Status, reply.Text), Is.EqualTo((HttpStatusCode.OK, expected)));
    }

    [Test]
    public async Task A_team_can_say_yes_and_do_nothing()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await SetAsync(teams, new
        {
            team = "payment",
            path = "/payments/*/refunds",
            status = 201,
            answer = new { set = new Dictionary<string, object> { [string.Empty] = new { refundId = "r-1", refundedAmount = 10_000, remainingAmount = 0 } } },
        });
        var paymentId = await teams.PaidAsync("o-1");

        var reply = await teams.RefundAsync(paymentId, "r-1", 10_000);

        Assert.That((reply.Status, reply.NumberOf("refundedAmount")), Is.EqualTo((HttpStatusCode.Created, 10_000L)));
        Assert.That(teams.Partners.Books.Order("o-1")!.CardRefunded, Is.Zero);
    }

    [Test]
    public async Task A_refund_can_be_answered_with_another_amount_than_it_gave_back()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var paymentId = await teams.PaidAsync("o-1");
        await SetAsync(teams, new
        {
            team = "payment",
            path = "/payments/*/refunds",
            subject = paymentId,
            answer = new { set = new Dictionary<string, object> { ["/refundedAmount"] = 1 } },
        });

        Assert.That((await teams.RefundAsync(paymentId, "r-1", 10_000)).NumberOf("refundedAmount"), Is.EqualTo(1));
        Assert.That(teams.Partners.Books.Order("o-1")!.CardRefunded, Is.EqualTo(10_000));
    }

    [Test]
    public async Task A_refusal_for_good_holds_until_it_is_lifted_and_the_other_faults_stay()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await SetAsync(teams, new { team = "promotion", status = 503 });
        var added = await teams.PostAsync("/faults", new
        {
            rules = new object[]
            {
                new { name = "no-invoices", team = "finance", path = "/tax-invoices", status = 422 },
                new { name = "no-accruals", team = "member", path = "/members/*/point-accruals", status = 409, answer = new { set = new Dictionary<string, object> { ["/reason"] = "account-closed" } } },
            },
        });
        Assert.That(added["rules"].GetArrayLength(), Is.EqualTo(3));

        for (var time = 0; time < 3; time++)
        {
            Assert.That((await InvoiceAsync(teams)).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            var refused = await teams.PointsAsync("m-1", "accruals", "o-1", 10);
            Assert.That((refused.Status, refused.TextOf("reason")), Is.EqualTo((HttpStatusCode.Conflict, "account-closed")));
        }

        Assert.That((await teams.DeleteAsync("/faults/no-invoices")).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await teams.DeleteAsync("/faults/no-invoices")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await InvoiceAsync(teams)).Status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That((await teams.PointsAsync("m-1", "accruals", "o-1", 10)).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await teams.GetAsync("/promotion/coupons/WELCOME10/validity?amount=1")).Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task A_fault_can_be_about_one_order_only()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await SetAsync(
            teams,
            new { subject = "o-1", team = "payment", status = 500 },
            new { subject = "o-2", webhooks = new { lost = true } },
            new { subject = "m-2", status = 500 });

        Assert.That((await teams.PayAsync("o-1")).Status, Is.EqualTo(HttpStatusCode.InternalServerError));
        await teams.PaidAsync("o-2");
        await teams.PaidAsync("o-3");
        Assert.That((await teams.GetAsync("/member/members/m-2")).Status, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That((await teams.GetAsync("/member/members/m-1")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await teams.RedeemAsync("EVERY3", "o-3", "m-2")).Status, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That(teams.Receiver.All.Select(r => r.Event.GetProperty("subject").GetString()), Is.EqualTo(new[] { "o-3" }));
    }

    [Test]
    public async Task An_event_can_have_other_words_and_is_repeated_in_them()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await SetAsync(teams, new
        {
            eventType = "payment.approved",
            count = 1,
            webhooks = new { repetitions = 1, data = new { set = new Dictionary<string, object> { ["/amount"] = 1 }, remove = new[] { "/approvalNumber" } } },
        });

        var paymentId = await teams.PaidAsync("o-1");

        Assert.That(teams.Receiver.All, Has.Count.EqualTo(2));
        Assert.That(teams.Receiver.All.Select(r => r.Data.GetProperty("amount").GetInt64()), Is.All.EqualTo(1));
        Assert.That(teams.Receiver.All.Select(r => r.Data.TryGetProperty("approvalNumber", out _)), Is.All.False);
        Assert.That(
            teams.Receiver.All.Select(r => r.Signature),
            Is.All.EqualTo(WebhookSignature.Sign(teams.Partners.WebhookSecret(Team.Payment), teams.Receiver.All[0].Id, Seconds(teams.Receiver.All[0]), teams.Receiver.All[0].Body)));
        Assert.That((await teams.GetAsync($"/payment/payments/{paymentId}")).NumberOf("amount"), Is.EqualTo(50_000), "reading it shows the true amount");
    }

    [Test]
    public async Task A_lost_event_is_never_tried_and_can_be_sent_by_hand_later()
    {
        await using var teams = await PartnersHarness.StartAsync();
        await SetAsync(teams, new { eventType = "payment.*", webhooks = new { lost = true }, count = 1 });

        await teams.PaidAsync("o-1");

        var lost = teams.Partners.Webhooks.Deliveries("o-1").Single();
        Assert.That((lost.State, lost.Tries, teams.Receiver.All.Count), Is.EqualTo((DeliveryState.Undelivered, 0, 0)));
        Assert.That((await teams.PostAsync($"/events/{lost.Event.Id}/again", new { })).Status, Is.EqualTo(HttpStatusCode.NoContent));
        await teams.SettleAsync();
        Assert.That(teams.Receiver.TypesOf("payment"), Is.EqualTo(new[] { "payment.approved" }));
    }

    [TestCase("outage", 0L)]
    [TestCase("lostAnswer", 7L)]
    public async Task An_answer_can_never_come_whether_or_not_the_call_was_done(string effect, long used)
    {
        await using var teams = await PartnersHarness.StartAsync();
        await SetAsync(teams, new Dictionary<string, object> { ["team"] = "member", [effect] = "hang", ["count"] = 1 });

        using var caller = new CancellationTokenSource();
        var call = UsePointsAsync(new Uri(teams.Partners.Address), caller.Token);
        await UntilAsync(() => teams.Partners.Faults.Current.Single().Applied == 1 && (teams.Partners.Books.Order("o-1")?.PointsUsed ?? 0) == used);
        Assert.That(call.IsCompleted, Is.False);
        await caller.CancelAsync();

        await Assert.ThatAsync(() => call, Throws.InstanceOf<OperationCanceledException>());
        await UntilAsync(() => teams.Partners.Books.Calls.Sum(c => c.Unanswered) == 1);
        Assert.That((await teams.PointsOnceAsync("k")).Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(teams.Partners.Books.Order("o-1")!.PointsUsed, Is.EqualTo(7), "once");
    }

    [Test]
    public async Task A_call_that_hangs_does_not_hold_up_the_end_of_the_server()
    {
        var teams = await PartnersHarness.StartAsync();
        await SetAsync(teams, new { outage = "hang" });
        var call = teams.GetAsync("/member/members/m-1");
        await UntilAsync(() => teams.Partners.Faults.Current.Single().Applied == 1);

        await teams.Partners.DisposeAsync().AsTask().WaitAsync(Timeout);

        await Assert.ThatAsync(() => call.WaitAsync(Timeout), Throws.InstanceOf<HttpRequestException>());
        await teams.Receiver.DisposeAsync();
    }

    [Test]
    public async Task Wrong_words_outlive_a_restart_as_far_as_they_were_used_up()
    {
        using var folder = new StateFolder();
        await using (var teams = await PartnersHarness.StartAsync(options => options with { StateFile = folder.File }))
        {
            await SetAsync(teams, new { name = "odd", team = "product", count = 2, answer = new { set = new Dictionary<string, object> { ["/price"] = 1.5 } } });
            await teams.GetAsync("/product/products/p-100");
        }

        await using var next = await PartnersHarness.StartAsync(options => options with { StateFile = folder.File });
        var (wrong, right) = (await next.GetAsync("/product/products/p-100"), await next.GetAsync("/product/products/p-100"));

        Assert.That((wrong["price"].GetRawText(), right["price"].GetRawText()), Is.EqualTo(("1.5", "60000")));
    }

    private static TestCaseData Case(string name, string address, string team, object answer, (string Field, string? Value) expected) =>
        new TestCaseData(address, team, answer, expected.Field, expected.Value).SetArgDisplayNames(name);

    private static Task<Reply> InvoiceAsync(PartnersHarness teams) =>
        teams.PostAsync("/finance/tax-invoices", new { payoutId = "po-1", sellerId = "s-1", commission = 100, kind = "original" });

    /// <summary>The call of <see cref="Calls.PointsOnceAsync"/> by a caller that can cancel.</summary>
    private static async Task UsePointsAsync(Uri address, CancellationToken cancellationToken)
    {
        using var caller = new HttpClient { BaseAddress = address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/member/members/m-1/point-uses")
        {
            Content = JsonContent.Create(new { orderId = "o-1", points = 7 }),
            Headers = { { "Idempotency-Key", "k" } },
        };
        using var response = await caller.SendAsync(request, cancellationToken);
    }

    private static DateTimeOffset Seconds(Received received) =>
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(received.Timestamp, CultureInfo.InvariantCulture));

    private static async Task SetAsync(PartnersHarness teams, params object[] rules)
    {
        var reply = await teams.PutAsync("/faults", new { rules });
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var end = new CancellationTokenSource(Timeout);
        while (!holds())
        {
            end.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
