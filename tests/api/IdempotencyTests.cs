using System.Net;
using System.Text;

namespace OrderOrchestration.Tests.Api;

/// <summary>The scope of a key: caller and resource (contract §1).</summary>
public sealed class IdempotencyTests : FakedApi
{
    private const string Body =
        """
        {"memberId":"m-1","lines":[{"productId":"p-100","quantity":2}],
        "shipTo":{"recipient":"Hong","phone":"010-0000-0000","postalCode":"06236","address1":"Teheran-ro 1"}}
        """;

    // The same order: other white space, other order of properties, another way to write the same characters.
    private const string Respelled =
        """
        { "shipTo": {"address1": "Teheran-ro\u00201", "postalCode": "06236", "phone": "010-0000-0000", "recipient": "Ho\u006eg"},
          "lines": [ { "quantity": 2, "productId": "p-100" } ], "memberId": "m-1" }
        """;

    [Test]
    public async Task Case_23_guests_without_a_token_are_distinguished_by_their_phone()
    {
        using var one = await Api.Anonymous.PostAsync("/v1/orders", GuestBody("010-1111-1111"), "1");
        using var other = await Api.Anonymous.PostAsync("/v1/orders", GuestBody("010-2222-2222", quantity: 3), "1");
        using var again = await Api.Anonymous.PostAsync("/v1/orders", GuestBody("010-1111-1111"), "1");

        Assert.That(one.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await again.JsonAsync()).Text("orderId"), Is.EqualTo((await one.JsonAsync()).Text("orderId")));
        Assert.That(Orders.Placed, Has.Count.EqualTo(2));
    }

    [TestCase("/v1/orders/")]
    [TestCase("/V1/Orders")]
    [TestCase("/v1/%6frders")]
    public async Task Case_23_a_resource_is_one_however_its_address_is_spelled(string path)
    {
        using var customer = Api.Customer();
        using var first = await SendAsync(customer, "/v1/orders", Body, "k-1");
        using var second = await SendAsync(customer, path, Body, "k-1");

        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(second.Headers.Location, Is.EqualTo(first.Headers.Location));
        Assert.That(Orders.Placed, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_body_is_the_same_however_it_is_spelled()
    {
        using var customer = Api.Customer();
        using var first = await SendAsync(customer, "/v1/orders", Body, "k-1");
        using var second = await SendAsync(customer, "/v1/orders", Respelled, "k-1");
        using var other = await SendAsync(customer, "/v1/orders", Body.Replace("Hong", "Kong", StringComparison.Ordinal), "k-1");

        Assert.That(second.Headers.Location, Is.EqualTo(first.Headers.Location));
        Assert.That(await other.SlugAsync(), Is.EqualTo("idempotency-key-reused"));
        Assert.That(Orders.Placed, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_key_belongs_to_one_resource()
    {
        Orders.OnUpdate = ContractTests.AnyRefundOrExchange;
        var (one, other) = (await PlaceAsync(), await PlaceAsync());
        using var customer = Api.Customer();
        using var paid = await customer.PostAsync($"/v1/orders/{one}/payments", new { method = "card" }, "k-1");
        using var paidOther = await customer.PostAsync($"/v1/orders/{other}/payments", new { method = "card" }, "k-1");
        using var cancelled = await customer.PostAsync($"/v1/orders/{one}/cancellation", new { reason = "no" }, "k-1");

        Assert.That(new[] { paid.StatusCode, paidOther.StatusCode }, Has.All.EqualTo(HttpStatusCode.Accepted));
        Assert.That(cancelled.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(Orders.Updates, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task The_key_of_a_call_without_a_body_covers_the_bytes_that_were_sent()
    {
        var orderId = await PlaceAsync();
        using var customer = Api.Customer();
        using var first = await customer.PostAsync($"/v1/orders/{orderId}/confirmation", null, "k-1");
        using var again = await customer.PostAsync($"/v1/orders/{orderId}/confirmation", null, "k-1");
        using var other = await customer.PostAsync($"/v1/orders/{orderId}/confirmation", new { x = 1 }, "k-1");

        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await other.SlugAsync(), Is.EqualTo("idempotency-key-reused"));
        Assert.That(Orders.Updates, Has.Count.EqualTo(1));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string body, string key)
    {
        var options = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(client.BaseAddress!.ToString().TrimEnd('/') + path, options));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }
}
