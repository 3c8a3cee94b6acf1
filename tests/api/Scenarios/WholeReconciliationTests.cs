using System.Net;
using System.Text.Json;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Tests.Api.Scenarios;

/// <summary>
/// 결제 대사 from end to end: a day's comparison finds where the payment team's books differ, corrects it where that is safe, and leaves it to an operator where
/// not.
/// </summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
[Parallelizable(ParallelScope.Self)]
public sealed class WholeReconciliationTests(DatabaseKind database)
{
    private WholeSystem system = null!;

    private static string Today => BusinessDay.Text(BusinessDay.Of(DateTimeOffset.UtcNow));

    [SetUp]
    public async Task StartAsync() => system = await WholeSystem.StartAsync(database: database);

    [TearDown]
    public async Task StopAsync() => await system.DisposeAsync();

    [Test]
    [CancelAfter(120_000)]
    public async Task A_days_lost_events_and_foreign_money_are_found_and_corrected_once(CancellationToken cancellationToken)
    {
        var approved = await PayAsync("m-1", "card-no-webhook", cancellationToken);
        system.Partners.Faults.Set(new FaultRule(Team.Payment, EventType: "payment.declined", Webhooks: new WebhookFault(Lost: true)));
        var declined = await PayAsync("m-2", "card-insufficient-balance", cancellationToken);
        var confirmed = await KeepAsync("m-3", cancellationToken);
        var untouched = await KeepAsync("m-4", cancellationToken);
        system.Partners.Payment.Console.Refund(PaymentOf(confirmed), new ConsoleRefundRequest(Amount: 10_000, RefundId: "staff-1", Webhook: false));

        var day = await ReconcileAsync(cancellationToken);

        Assert.That(
            day.GetProperty("differences").EnumerateArray().Select(one => (one.Text("orderId"), one.Text("kind"), one.Text("done"))),
            Is.EquivalentTo(new[] { (approved, "missing-here", "applied"), (declined, "missing-here", "applied"), (confirmed, "foreign-refund", "applied") }));
        var foreign = Of(day, confirmed);
        Assert.That((foreign.Won("theirs"), foreign.Text("refundId"), foreign.TryGetProperty("ours", out _)), Is.EqualTo((10_000L, "staff-1", false)));
        Assert.That((day.Won("payments"), day.Won("refunds")), Is.EqualTo((4L, 1L)));
        Assert.That(Sums(day, "theirs"), Is.EqualTo((3 * 33_000L, 10_000L)));
        Assert.That(Sums(day, "ours"), Is.EqualTo((2 * 33_000L, 0L)));

        using var staff = system.Api.As("admin", "a-1");
        await system.UntilAsync(staff, approved, "order.payment-completed", cancellationToken);
        await system.UntilAsync(staff, declined, "payment.declined", cancellationToken);
        var events = await system.UntilAsync(staff, confirmed, "payment.partial-refund-completed", cancellationToken);
        Assert.That(events.Single(one => one.Text("type") == "reconciliation.difference-found").GetProperty("data").Text("kind"), Is.EqualTo("foreign-refund"));
        var ledger = await staff.GetAsync(new Uri($"/v1/orders/{confirmed}/ledger", UriKind.Relative), cancellationToken).JsonAsync();
        Assert.That(ledger.GetProperty("totals").Won("foreignRefunded"), Is.EqualTo(10_000));

        var again = await ReconcileAsync(cancellationToken);
        Assert.That((again.Won("run"), again.Won("differenceCount")), Is.EqualTo((2L, 0L)), "a repeat compares anew and finds what was put right alike");
        Assert.That(Sums(again, "ours"), Is.EqualTo(Sums(again, "theirs")));
        var timeline = await staff.GetAsync(new Uri($"/v1/orders/{untouched}/events", UriKind.Relative), cancellationToken).JsonAsync();
        Assert.That(timeline.GetProperty("items").EnumerateArray().Select(one => one.Text("type")), Has.None.EqualTo("reconciliation.difference-found"));
        var days = await staff.GetAsync(new Uri($"/v1/reconciliations/{Today}/events", UriKind.Relative), cancellationToken).JsonAsync();
        Assert.That(days.GetProperty("items").EnumerateArray().Select(one => one.Text("type")), Is.EqualTo(new[] { "reconciliation.completed", "reconciliation.completed" }));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task A_difference_that_cannot_be_corrected_waits_for_an_operator_and_is_published_once(CancellationToken cancellationToken)
    {
        var wrong = await PayAsync("m-1", "card", cancellationToken);
        using var staff = system.Api.As("admin", "a-1");
        await system.UntilAsync(staff, wrong, "order.delivered", cancellationToken);

        // The payment team answers another amount than it charged, to every call.
        system.Partners.Faults.Set(new FaultRule(
            Team.Payment, Path: $"/payments/{PaymentOf(wrong)}", Answer: new JsonChange(new Dictionary<string, JsonElement> { ["/amount"] = JsonSerializer.SerializeToElement(33_100) })));
        system.Partners.Payment.Console.Refund(PaymentOf(wrong), new ConsoleRefundRequest(Amount: 1_000, RefundId: "staff-2", Webhook: false));

        var day = await ReconcileAsync(cancellationToken);

        Assert.That(
            day.GetProperty("differences").EnumerateArray().Select(one => (one.Text("kind"), one.Text("done"))),
            Is.EquivalentTo(new[] { ("amount", "attention"), ("foreign-refund", "applied") }));
        Assert.That((Of(day, wrong).Won("ours"), Of(day, wrong).Won("theirs")), Is.EqualTo((33_000L, 33_100L)));
        await system.UntilAsync(staff, wrong, "order.needs-attention", cancellationToken);
        var order = await staff.GetAsync(new Uri($"/v1/orders/{wrong}", UriKind.Relative), cancellationToken).JsonAsync();
        Assert.That(order.GetProperty("attention").Text("error"), Does.Contain("33,100").And.Contain("33,000"));

        await ReconcileAsync(cancellationToken);
        using var settled = await staff.PostAsync($"/v1/orders/{wrong}/recovery", new { action = "end", note = "a typing error there" }, null, cancellationToken);
        Assert.That(settled.StatusCode, Is.EqualTo(HttpStatusCode.OK), await settled.Content.ReadAsStringAsync(cancellationToken));
        await system.UntilAsync(staff, wrong, "order.recovered", cancellationToken);
        var timeline = await staff.GetAsync(new Uri($"/v1/orders/{wrong}/events?limit=200", UriKind.Relative), cancellationToken).JsonAsync();
        var types = timeline.GetProperty("items").EnumerateArray().Select(one => one.Text("type")).ToList();
        Assert.That((types.Count(type => type == "reconciliation.difference-found"), types.Count(type => type == "order.needs-attention")), Is.EqualTo((2, 1)));
    }

    private async Task<JsonElement> ReconcileAsync(CancellationToken cancellationToken)
    {
        using var admin = system.Api.As("admin", "a-1");
        using var asked = await admin.PostAsync($"/v1/reconciliations/{Today}", null, null, cancellationToken);
        Assert.That(asked.StatusCode, Is.AnyOf(HttpStatusCode.OK, HttpStatusCode.Accepted), await asked.Content.ReadAsStringAsync(cancellationToken));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var day = await asked.JsonAsync();
        while (day.Text("status") == "running")
        {
            await looks.WaitForNextTickAsync(cancellationToken);
            day = await admin.GetAsync(new Uri($"/v1/reconciliations/{Today}", UriKind.Relative), cancellationToken).JsonAsync();
        }

        Assert.That(day.Text("status"), Is.EqualTo("completed"), day.ToString());
        return day;
    }

    private async Task<string> PayAsync(string memberId, string method, CancellationToken cancellationToken)
    {
        using var customer = system.Api.Customer(memberId);
        var body = new
        {
            memberId,
            lines = new[] { new { productId = "p-101", quantity = 2 } },
            shipTo = new { recipient = "Hong", phone = "010-0000-0000", postalCode = "06236", address1 = "Teheran-ro 1" },
            payment = new { method },
        };
        using var placed = await customer.PostAsync("/v1/orders", body, Guid.NewGuid().ToString(), cancellationToken);
        Assert.That(placed.StatusCode, Is.EqualTo(HttpStatusCode.Created), await placed.Content.ReadAsStringAsync(cancellationToken));
        var orderId = (await placed.JsonAsync()).Text("orderId");
        await system.Partners.WhenSettledAsync(cancellationToken);
        return orderId;
    }

    private async Task<string> KeepAsync(string memberId, CancellationToken cancellationToken)
    {
        var orderId = await PayAsync(memberId, "card", cancellationToken);
        using var customer = system.Api.Customer(memberId);
        await system.UntilAsync(customer, orderId, "order.delivered", cancellationToken);
        using var confirmed = await customer.PostAsync($"/v1/orders/{orderId}/confirmation", null, null, cancellationToken);
        Assert.That(confirmed.StatusCode, Is.EqualTo(HttpStatusCode.OK), await confirmed.Content.ReadAsStringAsync(cancellationToken));
        return orderId;
    }

    private string PaymentOf(string orderId) => system.Partners.BooksOf(orderId).Order(orderId)!.Payments.Single().PaymentId;

    private static JsonElement Of(JsonElement day, string orderId) =>
        day.GetProperty("differences").EnumerateArray().First(one => one.Text("orderId") == orderId);

    private static (long Paid, long Refunded) Sums(JsonElement day, string side)
    {
        var sums = day.GetProperty("sums").GetProperty(side);
        return (sums.Won("paid"), sums.Won("refunded"));
    }
}
