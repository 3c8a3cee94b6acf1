using System.Net;
using System.Text.Json;

namespace OrderOrchestration.Tests.Api.Operations;

public sealed class OperationsTests : FakedApi
{
    [TestCase("GET", "/nowhere", HttpStatusCode.NotFound, "not-found")]
    [TestCase("DELETE", "/v1/policies", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    [TestCase("GET", "/v1/orders", HttpStatusCode.Unauthorized, "unauthorized")]
    public async Task What_no_endpoint_answers_is_a_problem_too(string method, string path, HttpStatusCode status, string slug)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        using var response = await Api.Anonymous.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(status));
        Assert.That(await response.SlugAsync(), Is.EqualTo(slug));
    }

    [Test]
    public async Task An_internal_error_is_500_and_reveals_no_internals()
    {
        Orders.OnPlace = _ => throw new InvalidOperationException("secret inside");
        using var customer = Api.Customer();
        using var response = await customer.PostAsync("/v1/orders", OrderBody(), "k-1");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That(await response.SlugAsync(), Is.EqualTo("internal-error"));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Not.Contain("secret inside").And.Not.Contain("at OrderOrchestration"));
    }

    [Test]
    public async Task The_catalogue_of_events_and_the_policies_are_served()
    {
        var types = await GetAsync("/v1/event-types");
        var placed = types.GetProperty("items").EnumerateArray().Single(type => type.Text("type") == "order.placed");
        var policies = await GetAsync("/v1/policies");

        Assert.That(placed.Text("koreanName"), Is.EqualTo("주문이 접수되었다"));
        Assert.That(placed.Text("owner"), Is.EqualTo("order"));
        Assert.That(policies.GetProperty("minimumOrderAmount").GetInt64(), Is.EqualTo(10_000));
        Assert.That(policies.Text("paymentTimeout"), Is.EqualTo("00:05:00"));
    }

    [Test]
    public async Task The_api_describes_itself_with_every_path_and_money_as_integers()
    {
        var document = await GetAsync("/openapi/v1.json");
        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();

        Assert.That(paths, Is.SupersetOf(new[]
        {
            "/v1/carts/{cartId}", "/v1/carts/{cartId}/items/{productId}", "/v1/carts/{cartId}/coupon", "/v1/carts/{cartId}/points", "/v1/carts/{cartId}/merge",
            "/v1/members/{memberId}/addresses", "/v1/orders", "/v1/orders/claims", "/v1/orders/{orderId}", "/v1/orders/{orderId}/events",
            "/v1/orders/{orderId}/payments", "/v1/orders/{orderId}/payments/current", "/v1/orders/{orderId}/cancellation",
            "/v1/orders/{orderId}/shipping-address", "/v1/orders/{orderId}/confirmation", "/v1/orders/{orderId}/refunds",
            "/v1/orders/{orderId}/exchanges", "/v1/orders/{orderId}/tracking", "/v1/orders/{orderId}/recovery", "/v1/refunds",
            "/v1/refunds/{refundId}/approval", "/v1/events", "/v1/event-types", "/v1/policies",
        }));
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var payable = schemas.GetProperty("OrderAmounts").GetProperty("properties").GetProperty("payable");
        var money = payable.TryGetProperty("$ref", out var reference) ? schemas.GetProperty(reference.GetString()!.Split('/')[^1]) : payable;
        Assert.That(money.Text("type"), Is.EqualTo("integer"));
        Assert.That(money.Text("format"), Is.EqualTo("int64"));
    }

    [Test]
    public async Task The_documents_page_needs_nothing_from_elsewhere()
    {
        var page = await Api.Anonymous.GetStringAsync(new Uri("/docs", UriKind.Relative));
        Assert.That(page, Does.Contain("<html").IgnoreCase);
        Assert.That(page, Does.Not.Contain("//cdn.").And.Not.Contain("https://fonts"));
    }

    [Test]
    public async Task Readiness_needs_the_store_alone_since_reads_go_on_without_Temporal()
    {
        using var live = await Api.Anonymous.GetAsync(new Uri("/health/live", UriKind.Relative));
        using var ready = await Api.Anonymous.GetAsync(new Uri("/health/ready", UriKind.Relative));

        Assert.That(live.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await ready.JsonAsync()).GetProperty("checks").Text("orders-database"), Is.EqualTo("Healthy"));
    }

    [Test]
    public async Task Metrics_are_served_for_prometheus()
    {
        using var request = await Api.Anonymous.GetAsync(new Uri("/v1/policies", UriKind.Relative));
        var metrics = await Api.Anonymous.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.That(metrics, Does.Contain("http_server_request_duration"));
    }

    [Test]
    public async Task Development_tokens_open_what_their_role_may()
    {
        using var made = await Api.Anonymous.PostAsync("/dev/tokens", new { sub = "m-1", role = "customer" });
        using var client = Api.WithToken((await made.JsonAsync()).Text("token"));
        using var list = await client.GetAsync(new Uri("/v1/orders", UriKind.Relative));
        using var unknown = await Api.Anonymous.PostAsync("/dev/tokens", new { sub = "m-1", role = "emperor" });

        Assert.That(list.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    private Task<JsonElement> GetAsync(string path) => Api.Anonymous.GetAsync(new Uri(path, UriKind.Relative)).JsonAsync();
}
