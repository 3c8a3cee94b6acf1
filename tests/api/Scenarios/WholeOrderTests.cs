using System.Net;
using System.Text.Json;

namespace OrderOrchestration.Tests.Api.Scenarios;

/// <summary>Orders from end to end: HTTP in, workflow, the other teams' calls and webhooks, HTTP out.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
[Parallelizable(ParallelScope.All)]
public sealed class WholeOrderTests(DatabaseKind database)
{
    private WholeSystem system = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => system = await WholeSystem.StartAsync(database: database);

    [OneTimeTearDown]
    public async Task InvariantsHoldAndSystemStopsAsync()
    {
        await using var stopped = system;
        await system.InvariantsHoldAsync();
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task An_order_is_placed_paid_shipped_delivered_and_confirmed(CancellationToken cancellationToken)
    {
        using var customer = system.Api.Customer("m-1");
        using var placed = await customer.PostAsync("/v1/orders", Body("m-1", "p-101"), Key(), cancellationToken);
        Assert.That(placed.StatusCode, Is.EqualTo(HttpStatusCode.Created), await placed.Content.ReadAsStringAsync(cancellationToken));
        var orderId = (await placed.JsonAsync()).Text("orderId");

        var timeline = await system.UntilAsync(customer, orderId, "order.delivered", cancellationToken);
        await system.UntilNotifiedAsync(orderId, "delivered", cancellationToken);
        using var confirmed = await customer.PostAsync($"/v1/orders/{orderId}/confirmation", null, null, cancellationToken);

        Assert.That(confirmed.StatusCode, Is.EqualTo(HttpStatusCode.OK), await confirmed.Content.ReadAsStringAsync(cancellationToken));
        Assert.That((await confirmed.JsonAsync()).Text("status"), Is.EqualTo("completed"));
        Assert.That(
            timeline.Select(e => e.Text("type")),
            Is.SupersetOf(new[]
            {
                "order.placed", "product.stock-reserved", "order.payment-requested", "payment.approved", "order.confirmed", "order.shipping-requested", "logistics.delivered",
            }));
        Assert.That(timeline.Select(e => (e.Text("source"), e.Text("id"))), Is.Unique);
        Assert.That(system.Partners.BooksOf(orderId).Notifications.Select(sent => sent.Template), Is.Unique, "each goes out once");
        var tracking = await customer.GetAsync(new Uri($"/v1/orders/{orderId}/tracking", UriKind.Relative), cancellationToken).JsonAsync();
        Assert.That(tracking.GetProperty("shipments")[0].Text("status"), Is.EqualTo("delivered"));
        Assert.That(tracking.GetProperty("shipments")[0].Text("waybill"), Is.Not.Empty);
    }

    [Test]
    [Repeat(5)]
    [CancelAfter(60_000)]
    public async Task A_shortage_is_409_and_the_order_is_cancelled_with_nothing_left_anywhere(CancellationToken cancellationToken)
    {
        using var customer = system.Api.Customer("m-2");
        using var response = await customer.PostAsync("/v1/orders", Body("m-2", "p-602"), Key(), cancellationToken);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Conflict), await response.Content.ReadAsStringAsync(cancellationToken));
        Assert.That(await response.SlugAsync(), Is.EqualTo("stock-shortage"));
        var problem = await response.JsonAsync();
        Assert.That(problem.GetProperty("shortages")[0].Text("productId"), Is.EqualTo("p-602"));
        var order = await customer.GetAsync(new Uri("/v1/orders/" + problem.Text("orderId"), UriKind.Relative), cancellationToken).JsonAsync();
        Assert.That(order.Text("status"), Is.EqualTo("cancelled"));
        Assert.That(order.Text("cancelReason"), Is.EqualTo("stock-shortage"));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_refused_order_leaves_nothing_not_even_a_workflow(CancellationToken cancellationToken)
    {
        using var customer = system.Api.Customer("m-3");
        using var response = await customer.PostAsync("/v1/orders", Body("m-3", "p-700", quantity: 1), Key(), cancellationToken);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await response.SlugAsync(), Is.EqualTo("minimum-order-amount"));
        var list = await customer.GetAsync(new Uri("/v1/orders", UriKind.Relative), cancellationToken).JsonAsync();
        Assert.That(list.GetProperty("items").GetArrayLength(), Is.Zero);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task An_order_waiting_to_be_paid_is_cancelled_and_a_second_cancellation_is_409(CancellationToken cancellationToken)
    {
        using var customer = system.Api.Customer("m-4");
        var body = Body("m-4", "p-101", pay: false);
        using var placed = await customer.PostAsync("/v1/orders", body, Key(), cancellationToken);
        Assert.That(placed.StatusCode, Is.EqualTo(HttpStatusCode.Created), await placed.Content.ReadAsStringAsync(cancellationToken));
        var path = $"/v1/orders/{(await placed.JsonAsync()).Text("orderId")}/cancellation";
        using var cancelled = await customer.PostAsync(path, new { reason = "changed my mind" }, null, cancellationToken);
        using var again = await customer.PostAsync(path, new { reason = "changed my mind" }, null, cancellationToken);

        Assert.That(cancelled.StatusCode, Is.EqualTo(HttpStatusCode.OK), await cancelled.Content.ReadAsStringAsync(cancellationToken));
        Assert.That((await cancelled.JsonAsync()).Text("cancelReason"), Is.EqualTo("customer-request"));
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await again.SlugAsync(), Is.EqualTo("already-closed"));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Many_requests_under_one_key_place_one_order(CancellationToken cancellationToken)
    {
        using var customer = system.Api.Customer("m-100");
        var key = Key();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            async _ => await customer.PostAsync("/v1/orders", Body("m-100", "p-101"), key, cancellationToken).JsonAsync()));

        Assert.That(answers.Select(order => order.Text("orderId")).Distinct().Count(), Is.EqualTo(1));
        var list = await customer.GetAsync(new Uri("/v1/orders", UriKind.Relative), cancellationToken).JsonAsync();
        Assert.That(list.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Paying_later_pays_and_a_stock_waiting_order_is_not_stuck(CancellationToken cancellationToken)
    {
        using var customer = system.Api.Customer("m-101");
        using var placed = await customer.PostAsync("/v1/orders", Body("m-101", "p-101", pay: false), Key(), cancellationToken);
        var orderId = (await placed.JsonAsync()).Text("orderId");
        using var staff = system.Api.As("operator", "op-1");
        using var recovery = await staff.PostAsync($"/v1/orders/{orderId}/recovery", new { action = "retry" }, null, cancellationToken);
        using var paid = await customer.PostAsync($"/v1/orders/{orderId}/payments", new { method = "card" }, Key(), cancellationToken);

        Assert.That(recovery.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await recovery.SlugAsync(), Is.EqualTo("not-stuck"));
        Assert.That(paid.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), await paid.Content.ReadAsStringAsync(cancellationToken));
        await system.UntilAsync(customer, orderId, "order.payment-completed", cancellationToken);
    }

    private static string Key() => Guid.NewGuid().ToString();

    private static JsonElement Body(string memberId, string productId, int quantity = 2, bool pay = true) => JsonSerializer.SerializeToElement(new
    {
        memberId,
        lines = new[] { new { productId, quantity } },
        shipTo = new { recipient = "Hong", phone = "010-0000-0000", postalCode = "06236", address1 = "Teheran-ro 1" },
        payment = pay ? new { method = "card" } : null,
    });
}
