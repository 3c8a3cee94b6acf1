using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Tests.Api.Operations;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Api;

/// <summary>Rules of the contract that hold for many calls.</summary>
public sealed class ContractTests : FakedApi
{
    private const string Address = """{"recipient":"Hong","phone":"010-0000-0000","postalCode":"06236","address1":"Teheran-ro 1"}""";
    private const string OneLine = """{"reason":"defective","lines":[{"productId":"p-100","quantity":1}]}""";

    [TestCase("GET", "")]
    [TestCase("GET", "/events")]
    [TestCase("GET", "/tracking")]
    [TestCase("POST", "/payments", """{"method":"card"}""")]
    [TestCase("DELETE", "/payments/current")]
    [TestCase("POST", "/cancellation", """{"reason":"no"}""")]
    [TestCase("PUT", "/shipping-address", Address)]
    [TestCase("POST", "/confirmation")]
    [TestCase("POST", "/refunds", OneLine)]
    [TestCase("POST", "/exchanges", OneLine)]
    [TestCase("POST", "/recovery", """{"action":"retry"}""")]
    public async Task An_order_is_reached_by_its_owner_only(string method, string path, string? body = null)
    {
        var orderId = await PlaceAsync("m-1");
        using var other = Api.Customer("m-2");
        using var staff = Api.As("operator", "op-1");
        using var anonymous = await SendAsync(Api.Anonymous, method, $"/v1/orders/{orderId}{path}", body);
        using var foreign = await SendAsync(other, method, $"/v1/orders/{orderId}{path}", body);
        using var unknown = await SendAsync(staff, method, $"/v1/orders/o-unknown{path}", body);

        Assert.That(anonymous.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await anonymous.SlugAsync(), Is.EqualTo("unauthorized"));
        Assert.That(foreign.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await foreign.SlugAsync(), Is.EqualTo("forbidden"));
        Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(Orders.Updates, Is.Empty);
    }

    [TestCase("/payments", """{"method":"card"}""")]
    [TestCase("/cancellation", """{"reason":"no"}""")]
    [TestCase("/refunds", OneLine)]
    [TestCase("/exchanges", OneLine)]
    public async Task Concurrent_duplicates_under_one_key_are_one_command_with_one_answer(string path, string body)
    {
        var orderId = await PlaceAsync();
        Orders.OnUpdate = AnyRefundOrExchange;
        using var customer = Api.Customer();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            using var response = await customer.PostAsync($"/v1/orders/{orderId}{path}", JsonSerializer.Deserialize<JsonElement>(body), "k-1");
            return (response.StatusCode, Body: await response.Content.ReadAsStringAsync());
        }));

        Assert.That(answers.Distinct().Count(), Is.EqualTo(1));
        Assert.That(Orders.Updates, Has.Count.EqualTo(1));
        using var other = await customer.PostAsync($"/v1/orders/{orderId}{path}", new { method = "kakaopay", reason = "wrong-item", lines = new[] { new { productId = "p-100", quantity = 2 } } }, "k-1");
        Assert.That(await other.SlugAsync(), Is.EqualTo("idempotency-key-reused"));
    }

    [Test]
    public async Task An_address_added_many_times_under_one_key_is_one_address()
    {
        using var customer = Api.Customer();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
            await customer.PostAsync("/v1/members/m-1/addresses", JsonSerializer.Deserialize<JsonElement>(Address), "k-1").JsonAsync()));
        var list = await customer.GetAsync(new Uri("/v1/members/m-1/addresses", UriKind.Relative)).JsonAsync();

        Assert.That(answers.Select(address => address.Text("addressId")).Distinct().Count(), Is.EqualTo(1));
        Assert.That(list.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_address_of_an_order_is_changed_until_it_is_dispatched()
    {
        var orderId = await PlaceAsync();
        using var customer = Api.Customer();
        using var changed = await SendAsync(customer, "PUT", $"/v1/orders/{orderId}/shipping-address", Address);
        using var malformed = await SendAsync(customer, "PUT", $"/v1/orders/{orderId}/shipping-address", """{"recipient":"Hong","postalCode":"1"}""");
        Orders.UpdateFailure = new OrderRefusedException("already-dispatched", "It is on its way.", JsonSerializer.SerializeToElement(new { status = "dispatching" }));
        using var late = await SendAsync(customer, "PUT", $"/v1/orders/{orderId}/shipping-address", Address);
        Orders.UpdateFailure = null;
        Facts.Serviceability = null;
        using var silent = await SendAsync(customer, "PUT", $"/v1/orders/{orderId}/shipping-address", Address);

        Assert.That(changed.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(Orders.Updates.First().Argument, Is.EqualTo(
            new ChangeAddressCommand(new ShippingAddress("Hong", "010-0000-0000", "06236", "Teheran-ro 1"), new ServiceabilityFact(true, false))));
        Assert.That(malformed.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await malformed.JsonAsync()).GetProperty("errors").TryGetProperty("postalCode", out _), Is.True);
        Assert.That(await late.SlugAsync(), Is.EqualTo("already-dispatched"));
        Assert.That(await silent.SlugAsync(), Is.EqualTo("team-unavailable"));
    }

    [Test]
    public async Task The_open_payment_attempt_is_cancelled_by_deleting_it()
    {
        var orderId = await PlaceAsync();
        using var customer = Api.Customer();
        using var given = await SendAsync(customer, "DELETE", $"/v1/orders/{orderId}/payments/current");
        Orders.UpdateFailure = new OrderRefusedException("no-open-payment", "None.", JsonSerializer.SerializeToElement(new { }));
        using var closed = await SendAsync(customer, "DELETE", $"/v1/orders/{orderId}/payments/current");

        Assert.That(given.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(Orders.Updates.First().Update, Is.EqualTo("cancel-payment"));
        Assert.That(closed.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await closed.SlugAsync(), Is.EqualTo("no-open-payment"));
    }

    [TestCase("")]
    [TestCase("Card")]
    [TestCase("card; drop")]
    [TestCase("카드")]
    [TestCase("a123456789b123456789c123456789d123456789e123456789f")]
    public async Task A_payment_method_that_is_no_word_is_400_before_anybody_is_asked(string method)
    {
        var orderId = await PlaceAsync();
        using var customer = Api.Customer();
        using var paid = await customer.PostAsync($"/v1/orders/{orderId}/payments", new { method });
        using var placed = await customer.PostAsync("/v1/orders", With(method), "k-1");

        Assert.That(paid.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await paid.JsonAsync()).GetProperty("errors").TryGetProperty("method", out _), Is.True);
        Assert.That(placed.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await placed.JsonAsync()).GetProperty("errors").TryGetProperty("payment.method", out _), Is.True);
        Assert.That(Orders.Updates, Is.Empty);
        Assert.That(Orders.Placed, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Where_the_methods_are_configured_another_is_422_before_anybody_is_asked()
    {
        await using var api = await ApiHost.StartAsync(
            Fake, settings: [new("Api:PaymentMethods", "card kakaopay")]);
        using var customer = api.Customer();
        using var taken = await customer.PostAsync("/v1/orders", With("kakaopay-no-answer"), "k-1");
        using var other = await customer.PostAsync("/v1/orders", With("bitcoin"), "k-2");
        using var paid = await customer.PostAsync($"/v1/orders/{(await taken.JsonAsync()).Text("orderId")}/payments", new { method = "bitcoin" });

        Assert.That(taken.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await other.SlugAsync(), Is.EqualTo("payment-method-not-taken"));
        Assert.That(await paid.SlugAsync(), Is.EqualTo("payment-method-not-taken"));
    }

    [Test]
    public async Task A_list_is_bounded_by_times_with_an_offset()
    {
        var orderId = await PlaceAsync();
        using var customer = Api.Customer();
        var today = DateTimeOffset.UtcNow.ToOffset(TimeSpan.FromHours(9));
        var from = Uri.EscapeDataString(today.AddHours(-1).ToString("O"));
        var to = Uri.EscapeDataString(today.AddHours(1).ToString("O"));
        var within = await customer.GetAsync(new Uri($"/v1/orders?from={from}&to={to}", UriKind.Relative)).JsonAsync();
        var before = await customer.GetAsync(new Uri($"/v1/orders?to={from}", UriKind.Relative)).JsonAsync();

        Assert.That(within.GetProperty("items")[0].Text("orderId"), Is.EqualTo(orderId));
        Assert.That(before.GetProperty("items").GetArrayLength(), Is.Zero);
    }

    internal static OrderView AnyRefundOrExchange(string orderId, object? asked) => FakeOrders.View(orderId, "m-1") with
    {
        Refunds = asked is RefundCommand refund ? [RefundingTests.Refund(refund.RefundId, RefundStatus.AwaitingPickup)] : [],
        Exchanges = asked is ExchangeCommand exchange ? [new ExchangeView(exchange.ExchangeId, ExchangeStatus.Requested, exchange.Reason, exchange.Lines)] : [],
    };

    private static object With(string method) => new
    {
        memberId = "m-1",
        lines = new[] { new { productId = "p-100", quantity = 2 } },
        shipTo = JsonSerializer.Deserialize<JsonElement>(Address),
        payment = new { method },
    };

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : JsonContent.Create(JsonSerializer.Deserialize<JsonElement>(body));
        return await client.SendAsync(request);
    }
}
