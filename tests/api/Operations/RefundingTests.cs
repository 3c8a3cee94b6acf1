using System.Net;
using System.Reflection;
using System.Text.Json;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Api.Operations;

public sealed class RefundingTests : FakedApi
{
    private static readonly LineQuantity[] OneUnit = [new("p-100", 1)];

    [Test]
    public async Task A_refund_is_202_with_what_goes_back_to_the_card()
    {
        var orderId = await PlaceAsync();
        Orders.OnUpdate = Refunded;
        using var customer = Api.Customer();
        using var response = await customer.PostAsync(
            $"/v1/orders/{orderId}/refunds", new { lines = new[] { new { productId = "p-100", quantity = 1 } }, reason = "defective", returnRequired = false });

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), await response.Content.ReadAsStringAsync());
        Assert.That(response.Headers.Location?.OriginalString, Is.EqualTo("/v1/orders/" + orderId));
        var refund = await response.JsonAsync();
        var asked = (RefundCommand)Orders.Updates.Single().Argument!;
        Assert.That(Orders.Updates.Single().Update, Is.EqualTo("request-refund"));
        Assert.That((asked.Reason, asked.ReturnRequired), Is.EqualTo(("defective", (bool?)false)));
        Assert.That(asked.Lines, Is.EqualTo(OneUnit));
        Assert.That(refund.Text("refundId"), Is.EqualTo(asked.RefundId));
        Assert.That(refund.GetProperty("amount").GetInt64(), Is.EqualTo(9_000));
        Assert.That(refund.Text("status"), Is.EqualTo("awaiting-approval"));
    }

    [Test]
    public async Task A_refund_without_lines_or_returnRequired_leaves_both_to_the_order()
    {
        var orderId = await PlaceAsync();
        Orders.OnUpdate = Refunded;
        using var customer = Api.Customer();
        using var response = await customer.PostAsync($"/v1/orders/{orderId}/refunds", new { reason = "change-of-mind" });

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(Orders.Updates.Single().Argument, Is.EqualTo(new RefundCommand(((RefundCommand)Orders.Updates.Single().Argument!).RefundId, "change-of-mind")));
    }

    [Test]
    public async Task A_refund_asked_for_many_times_under_one_key_is_one_refund()
    {
        var orderId = await PlaceAsync();
        Orders.OnUpdate = Refunded;
        using var customer = Api.Customer();
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(
            async _ => await customer.PostAsync($"/v1/orders/{orderId}/refunds", new { reason = "defective" }, "k-1").JsonAsync()));

        Assert.That(answers.Select(refund => refund.Text("refundId")).Distinct().Count(), Is.EqualTo(1));
        Assert.That(Orders.Updates, Has.Count.EqualTo(1));
        using var other = await customer.PostAsync($"/v1/orders/{orderId}/refunds", new { reason = "wrong-item" }, "k-1");
        Assert.That(await other.SlugAsync(), Is.EqualTo("idempotency-key-reused"));
    }

    [TestCase("refunds", """{"reason":"bored"}""", "reason")]
    [TestCase("refunds", """{}""", "reason")]
    [TestCase("refunds", """{"reason":"defective","lines":[]}""", "lines")]
    [TestCase("refunds", """{"reason":"defective","lines":[{"productId":"p-100","quantity":0}]}""", "lines[0].quantity")]
    [TestCase("refunds", """{"reason":"defective","lines":[{"quantity":1}]}""", "lines[0].productId")]
    [TestCase("exchanges", """{"reason":"defective"}""", "lines")]
    public async Task A_malformed_command_is_400_and_reaches_no_order(string command, string body, string field)
    {
        var orderId = await PlaceAsync();
        using var customer = Api.Customer();
        using var response = await customer.PostAsync($"/v1/orders/{orderId}/{command}", JsonSerializer.Deserialize<JsonElement>(body));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await response.JsonAsync()).GetProperty("errors").TryGetProperty(field, out _), Is.True);
        Assert.That(Orders.Updates, Is.Empty);
    }

    [TestCase("refunds")]
    [TestCase("exchanges")]
    public async Task A_product_that_the_order_does_not_hold_is_422(string command)
    {
        var orderId = await PlaceAsync();
        using var customer = Api.Customer();
        using var response = await customer.PostAsync(
            $"/v1/orders/{orderId}/{command}", new { lines = new[] { new { productId = "p-999", quantity = 1 } }, reason = "defective" });

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await response.SlugAsync(), Is.EqualTo("unknown-line"));
        Assert.That(Orders.Updates, Is.Empty);
    }

    [Test]
    public async Task An_exchange_is_202_with_its_status()
    {
        var orderId = await PlaceAsync();
        Orders.OnUpdate = (id, asked) => FakeOrders.View(id, "m-1") with
        {
            Exchanges = [new ExchangeView(((ExchangeCommand)asked!).ExchangeId, ExchangeStatus.Requested, "defective", OneUnit)],
        };
        using var customer = Api.Customer();
        using var response = await customer.PostAsync(
            $"/v1/orders/{orderId}/exchanges", new { lines = new[] { new { productId = "p-100", quantity = 1 } }, reason = "defective" });

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), await response.Content.ReadAsStringAsync());
        var exchange = await response.JsonAsync();
        Assert.That(Orders.Updates.Single().Update, Is.EqualTo("request-exchange"));
        Assert.That(exchange.Text("exchangeId"), Is.EqualTo(((ExchangeCommand)Orders.Updates.Single().Argument!).ExchangeId));
        Assert.That(exchange.Text("status"), Is.EqualTo("requested"));
    }

    [Test]
    public async Task Nobody_asks_for_a_refund_of_anothers_order()
    {
        var orderId = await PlaceAsync("m-1");
        using var other = Api.Customer("m-2");
        using var response = await other.PostAsync($"/v1/orders/{orderId}/refunds", new { reason = "defective" });
        using var anonymous = await Api.Anonymous.PostAsync($"/v1/orders/{orderId}/refunds", new { reason = "defective" });

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(anonymous.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(Orders.Updates, Is.Empty);
    }

    [Test]
    public async Task What_awaits_approval_is_listed_for_administrators_oldest_first_and_decided_by_them_only()
    {
        var first = await WithRefundAsync("r-1", RefundStatus.AwaitingApproval, 1);
        await WithRefundAsync("r-2", RefundStatus.Completed, 2);
        await WithRefundAsync("r-3", RefundStatus.AwaitingApproval, 3);
        using var admin = Api.As("admin", "a-1");
        using var staff = Api.As("operator", "op-1");
        var page = await admin.GetAsync(new Uri("/v1/refunds?status=awaiting-approval&limit=1", UriKind.Relative)).JsonAsync();
        var next = await admin.GetAsync(new Uri("/v1/refunds?status=awaiting-approval&limit=1&cursor=" + page.Text("nextCursor"), UriKind.Relative)).JsonAsync();
        using var forbidden = await staff.GetAsync(new Uri("/v1/refunds", UriKind.Relative));
        using var notTheirs = await staff.PostAsync("/v1/refunds/r-1/approval", new { approved = true });

        Assert.That(page.GetProperty("items")[0].Text("refundId"), Is.EqualTo("r-1"));
        Assert.That(page.GetProperty("items")[0].Text("orderId"), Is.EqualTo(first));
        Assert.That(page.GetProperty("items")[0].GetProperty("points").GetInt64(), Is.EqualTo(1_000));
        Assert.That(next.GetProperty("items")[0].Text("refundId"), Is.EqualTo("r-3"));
        Assert.That(next.TryGetProperty("nextCursor", out _), Is.False);
        Assert.That(forbidden.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(notTheirs.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task RefundDueDays_refunds_past_their_day_are_listed_by_overdue()
    {
        var late = await PlaceAsync();
        await Orders.WriteAsync(Snapshots.Of(late, status: OrderStatus.Delivered, points: 2_300)
            .WithRefund("r-late", RefundStatus.Processing, DateTimeOffset.UnixEpoch)
            .Apply(new RefundOverdue(DateTimeOffset.UnixEpoch.AddDays(7), "r-late")) with
        { Version = 9 });
        await WithRefundAsync("r-in-time", RefundStatus.Processing, 1);
        using var admin = Api.As("admin", "a-1");
        var overdue = await admin.GetAsync(new Uri("/v1/refunds?overdue=true", UriKind.Relative)).JsonAsync();
        using var unread = await admin.GetAsync(new Uri("/v1/refunds?overdue=perhaps", UriKind.Relative));

        var refund = overdue.GetProperty("items").EnumerateArray().Single();
        Assert.That((refund.Text("refundId"), refund.Text("orderId"), refund.GetProperty("overdue").GetBoolean()), Is.EqualTo(("r-late", late, true)));
        Assert.That(unread.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_decision_reaches_the_order_of_the_refund()
    {
        var orderId = await WithRefundAsync("r-1", RefundStatus.AwaitingApproval, 1);
        Orders.OnUpdate = (id, _) => FakeOrders.View(id, "m-1") with { Refunds = [Refund("r-1", RefundStatus.AwaitingPickup)] };
        using var admin = Api.As("admin", "a-1");
        using var response = await admin.PostAsync("/v1/refunds/r-1/approval", new { approved = true, note = "photos seen" });

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), await response.Content.ReadAsStringAsync());
        Assert.That((await response.JsonAsync()).Text("status"), Is.EqualTo("awaiting-pickup"));
        var (asked, update, _, argument) = Orders.Updates.Single();
        Assert.That((asked, update), Is.EqualTo((orderId, "decide-refund")));
        Assert.That(argument, Is.EqualTo(new RefundDecision("r-1", true, "admin:a-1", "photos seen")));
    }

    [Test]
    public async Task An_unknown_refund_is_404_a_decided_one_409_and_no_decision_400()
    {
        await WithRefundAsync("r-1", RefundStatus.Completed, 1);
        using var admin = Api.As("admin", "a-1");
        using var unknown = await admin.PostAsync("/v1/refunds/r-9/approval", new { approved = true });
        using var undecided = await admin.PostAsync("/v1/refunds/r-1/approval", new { note = "hm" });
        Orders.UpdateFailure = new OrderRefusedException("refund-already-decided", "Decided.", JsonSerializer.SerializeToElement(new { }));
        using var twice = await admin.PostAsync("/v1/refunds/r-1/approval", new { approved = true });

        Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(undecided.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(twice.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await twice.SlugAsync(), Is.EqualTo("refund-already-decided"));
    }

    [TestCase("status=lost", "status")]
    [TestCase("limit=0", "limit")]
    [TestCase("cursor=%21", "cursor")]
    public async Task A_bad_parameter_of_the_list_is_400_and_named(string query, string field)
    {
        using var admin = Api.As("admin", "a-1");
        using var response = await admin.GetAsync(new Uri("/v1/refunds?" + query, UriKind.Relative));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await response.JsonAsync()).GetProperty("errors").TryGetProperty(field, out _), Is.True);
    }

    [TestCaseSource(nameof(Slugs))]
    public async Task Every_refusal_of_an_order_has_a_status_of_its_own(string slug)
    {
        var orderId = await PlaceAsync();
        Orders.UpdateFailure = new OrderRefusedException(slug, "No.", JsonSerializer.SerializeToElement(new { }));
        using var customer = Api.Customer();
        using var response = await customer.PostAsync($"/v1/orders/{orderId}/refunds", new { reason = "defective" });

        Assert.That((int)response.StatusCode, Is.AnyOf(404, 409, 422));
        Assert.That(await response.SlugAsync(), Is.EqualTo(slug));
    }

    private static IEnumerable<string> Slugs() =>
        typeof(RefusalSlugs).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)
            .Except([RefusalSlugs.OrderSuperseded, RefusalSlugs.RequestWithdrawn, RefusalSlugs.UnexpectedError]);

    private static OrderView Refunded(string orderId, object? asked) =>
        FakeOrders.View(orderId, "m-1") with { Refunds = [Refund(((RefundCommand)asked!).RefundId, RefundStatus.AwaitingApproval)] };

    internal static RefundView Refund(string refundId, RefundStatus status) =>
        new(refundId, new Won(9_000), new Won(1_000), status, "defective", OneUnit, ReturnRequired: true, DateTimeOffset.UnixEpoch);

    private async Task<string> WithRefundAsync(string refundId, RefundStatus status, int minute)
    {
        var orderId = await PlaceAsync();
        await Orders.WriteAsync(Snapshots.Of(orderId, status: OrderStatus.Delivered, points: 2_300)
            .WithRefund(refundId, status, DateTimeOffset.UnixEpoch.AddMinutes(minute)) with
        { Version = 9 });
        return orderId;
    }
}
