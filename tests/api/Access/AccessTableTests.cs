using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;

namespace OrderOrchestration.Tests.Api.Access;

/// <summary>Walks every endpoint with every kind of caller and compares with the table: what is not in the table does not exist.</summary>
public sealed class AccessTableTests : FakedApi
{
    private const string Line = """{"reason":"defective","lines":[{"productId":"p-100","quantity":1}]}""";
    private const string Address = """{"recipient":"Hong","phone":"010-0000-0000","postalCode":"06236","address1":"Teheran-ro 1"}""";

    // Whose order, cart, address and statement: m-1's and s-1's. "own guest" calls for the order that its token opens.
    private static readonly string[] Callers =
        ["nobody", "bad token", "other guest", "own guest", "m-1", "m-2", "seller s-1", "seller s-2", "operator", "admin"];

    // One character for each caller: 1 is 401, 3 is 403, a dot is admitted, with whatever answer.
    private const string Open = ". . . . . . . . . .";
    private const string Anyone = ". 1 . . . . . . . .";
    private const string Owner = "1 1 3 . . 3 3 3 . .";
    private const string Staff = "1 1 3 3 3 3 3 3 . .";
    private const string Admin = "1 1 3 3 3 3 3 3 3 .";
    private const string OwnMember = "1 1 3 3 . 3 3 3 . .";
    private const string OwnSeller = "1 1 3 3 3 3 . 3 . .";
    private const string AnySeller = "1 1 3 3 3 3 . . . .";

    private static readonly Dictionary<string, (string Access, string? Body)> Table = new(StringComparer.Ordinal)
    {
        ["POST /v1/orders"] = (Anyone, "{}"),
        ["GET /v1/orders"] = ("1 1 3 3 . . 3 3 . .", null),
        ["GET /v1/orders/{orderId}"] = (Owner, null),
        ["GET /v1/orders/{orderId}/events"] = (Owner, null),
        ["GET /v1/orders/{orderId}/tracking"] = (Owner, null),
        ["GET /v1/orders/{orderId}/ledger"] = (Owner, null),
        ["POST /v1/orders/restorations"] = (Staff, null),
        ["POST /v1/orders/{orderId}/payments"] = (Owner, """{"method":"card"}"""),
        ["DELETE /v1/orders/{orderId}/payments/current"] = (Owner, null),
        ["POST /v1/orders/{orderId}/cancellation"] = (Owner, """{"reason":"no"}"""),
        ["PUT /v1/orders/{orderId}/shipping-address"] = (Owner, Address),
        ["POST /v1/orders/{orderId}/confirmation"] = (Owner, null),
        ["POST /v1/orders/{orderId}/refunds"] = (Owner, Line),
        ["POST /v1/orders/{orderId}/exchanges"] = (Owner, Line),
        ["POST /v1/orders/{orderId}/recovery"] = (Staff, """{"action":"retry"}"""),
        ["POST /v1/orders/claims"] = ("1 1 3 3 . . 3 3 3 3", """{"phone":"x"}"""),
        ["GET /v1/refunds"] = (Admin, null),
        ["POST /v1/refunds/{refundId}/approval"] = (Admin, """{"approved":true}"""),
        ["GET /v1/carts/{cartId}"] = (OwnMember, null),
        ["PUT /v1/carts/{cartId}/items/{productId}"] = (OwnMember, """{"quantity":1}"""),
        ["DELETE /v1/carts/{cartId}/items/{productId}"] = (OwnMember, null),
        ["PUT /v1/carts/{cartId}/coupon"] = (OwnMember, """{"code":"C"}"""),
        ["DELETE /v1/carts/{cartId}/coupon"] = (OwnMember, null),
        ["PUT /v1/carts/{cartId}/points"] = (OwnMember, """{"points":0}"""),
        ["DELETE /v1/carts/{cartId}/points"] = (OwnMember, null),
        ["POST /v1/carts/{cartId}/merge"] = (OwnMember, "{}"),
        ["GET /v1/members/{memberId}/addresses"] = (OwnMember, null),
        ["POST /v1/members/{memberId}/addresses"] = (OwnMember, Address),
        ["GET /v1/members/{memberId}/personal-data"] = ("1 1 3 3 . 3 3 3 3 .", null),
        ["DELETE /v1/members/{memberId}/personal-data"] = ("1 1 3 3 . 3 3 3 3 .", null),
        ["DELETE /v1/orders/{orderId}/personal-data"] = (Admin, null),
        ["POST /v1/codec/decode"] = (Staff, """{"payloads":[]}"""),
        ["POST /v1/codec/encode"] = (Staff, """{"payloads":[]}"""),
        ["POST /v1/settlements/{date}"] = (Admin, null),
        ["GET /v1/settlements/{date}"] = (Staff, null),
        ["GET /v1/settlements/{date}/events"] = (Staff, null),
        ["POST /v1/settlements/{date}/recovery"] = (Staff, """{"action":"retry"}"""),
        ["POST /v1/reconciliations/{day}"] = (Admin, null),
        ["GET /v1/reconciliations/{day}"] = (Admin, null),
        ["GET /v1/reconciliations/{day}.csv"] = (Admin, null),
        ["GET /v1/reconciliations/{day}/events"] = (Admin, null),
        ["GET /v1/sellers/{sellerId}/statements"] = (OwnSeller, null),
        ["GET /v1/sellers/{sellerId}/statements/{day}"] = (OwnSeller, null),
        ["GET /v1/sellers/{sellerId}/statements/{day}.csv"] = (OwnSeller, null),
        ["GET /v1/sellers/{sellerId}/statements/{day}/events"] = (OwnSeller, null),
        ["POST /v1/payouts"] = (Admin, null),
        ["GET /v1/payouts"] = (AnySeller, null),
        ["GET /v1/payouts/{payoutId}"] = (AnySeller, null),
        ["GET /v1/payouts/{payoutId}/events"] = (AnySeller, null),
        ["POST /v1/payouts/{payoutId}/recovery"] = (Staff, """{"action":"retry"}"""),
        ["POST /v1/events"] = (Open, "{}"),
        ["GET /v1/event-types"] = (Open, null),
        ["GET /v1/policies"] = (Open, null),
        ["GET /v1/subscribers"] = (Staff, null),
        ["POST /v1/subscribers/{subscriber}/redelivery"] = (Staff, null),
        ["GET /v1/dead-letters"] = (Staff, null),
        ["POST /v1/dead-letters/{subscriber}/{orderId}/redelivery"] = (Staff, null),
        ["DELETE /v1/dead-letters/{subscriber}/{orderId}"] = (Staff, null),
        ["GET /health/live"] = (Open, null),
        ["HEAD /health/live"] = (Open, null),
        ["HEAD /health/ready"] = (Open, null),
        ["GET /health/ready"] = (Open, null),
        ["GET /metrics"] = (Open, null),
        ["GET /openapi/{documentName}.json"] = (Open, null),
        ["GET /asyncapi/v1.json"] = (Open, null),
        ["POST /dev/tokens"] = (Open, "{}"),
    };

    [Test]
    public void The_table_names_every_endpoint_and_no_other() => Assert.That(
        Api.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => !Pattern(endpoint).StartsWith("/docs", StringComparison.Ordinal)) // The page and its scripts.
            .SelectMany(Names),
        Is.EquivalentTo(Table.Keys));

    [Test]
    public async Task Every_endpoint_lets_in_whom_the_table_says_and_nobody_else()
    {
        Orders.OnUpdate = ContractTests.AnyRefundOrExchange;
        var order = await PlaceAsync("m-1");
        var own = await GuestAsync("010-1111-1111");
        var other = await GuestAsync("010-2222-2222");
        Dictionary<string, HttpClient> clients = new(StringComparer.Ordinal)
        {
            ["nobody"] = Api.Anonymous,
            ["bad token"] = Api.WithToken("a.b.c"),
            ["other guest"] = Api.WithToken(other.Token),
            ["own guest"] = Api.WithToken(own.Token),
            ["m-1"] = Api.Customer("m-1"),
            ["m-2"] = Api.Customer("m-2"),
            ["seller s-1"] = Api.As("seller", "u-1", "s-1"),
            ["seller s-2"] = Api.As("seller", "u-2", "s-2"),
            ["operator"] = Api.As("operator", "op-1"),
            ["admin"] = Api.As("admin", "a-1"),
        };
        var wrong = new List<string>();
        foreach (var (name, (access, body)) in Table)
        {
            foreach (var (caller, expected) in Callers.Zip(access.Split(' ')))
            {
                using var request = Request(name, caller == "own guest" ? own.OrderId : order, body);
                using var response = await clients[caller].SendAsync(request);
                var sign = response.StatusCode switch { HttpStatusCode.Unauthorized => "1", HttpStatusCode.Forbidden => "3", _ => "." };
                if (sign != expected)
                {
                    wrong.Add($"{name} by {caller}: {expected} expected, {(int)response.StatusCode} answered");
                }
            }
        }

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public async Task A_claim_of_the_issuers_that_looks_like_a_guests_token_opens_nothing()
    {
        var guest = await GuestAsync("010-1111-1111");
        using var client = Api.WithToken(ApiHost.Sign(new("sub", "m-9"), new("guest_order", guest.OrderId)));
        using var response = await client.GetAsync(new Uri("/v1/orders/" + guest.OrderId, UriKind.Relative));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [TestCase("a\0b")]
    [TestCase("..")]
    [TestCase("")]
    [TestCase("two\nlines")]
    public async Task A_token_whose_subject_is_no_name_is_401(string subject)
    {
        using var client = Api.WithToken(ApiHost.Sign(new("sub", subject), new("role", "customer")));
        using var response = await client.GetAsync(new Uri("/v1/orders", UriKind.Relative));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_guests_cart_is_open_to_who_knows_its_name_and_an_id_that_looks_like_a_uuid_is_a_members()
    {
        var uuid = Guid.NewGuid();
        using var member = Api.Customer(uuid.ToString());
        using var other = Api.Customer("m-2");
        using var guests = await Api.Anonymous.GetAsync(new Uri($"/v1/carts/g-{uuid}", UriKind.Relative));
        using var nobody = await Api.Anonymous.GetAsync(new Uri($"/v1/carts/{uuid}", UriKind.Relative));
        using var foreign = await other.GetAsync(new Uri($"/v1/carts/{uuid}", UriKind.Relative));
        using var own = await member.GetAsync(new Uri($"/v1/carts/{uuid}", UriKind.Relative));
        using var almost = await Api.Anonymous.GetAsync(new Uri($"/v1/carts/g-{uuid:N}", UriKind.Relative));

        Assert.That(guests.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(nobody.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(foreign.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(own.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(almost.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), "every name but g-<uuid> is a member's");
    }

    private static HttpRequestMessage Request(string name, string orderId, string? body)
    {
        var (method, pattern) = (name.Split(' ')[0], name.Split(' ')[1]);
        var path = pattern.Replace("{orderId}", orderId, StringComparison.Ordinal)
            .Replace("{memberId}", "m-1", StringComparison.Ordinal)
            .Replace("{cartId}", "m-1", StringComparison.Ordinal)
            .Replace("{productId}", "p-100", StringComparison.Ordinal)
            .Replace("{sellerId}", "s-1", StringComparison.Ordinal)
            .Replace("{refundId}", "r-unknown", StringComparison.Ordinal)
            .Replace("{payoutId}", "po-unknown", StringComparison.Ordinal)
            .Replace("{subscriber}", "nobody", StringComparison.Ordinal)
            .Replace("{documentName}", "v1", StringComparison.Ordinal)
            .Replace("{date}", "2026-01-15", StringComparison.Ordinal)
            .Replace("{day}", "2026-01-15", StringComparison.Ordinal);
        return new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative))
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
    }

    private static IEnumerable<string> Names(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => $"{method} {Pattern(endpoint)}");

    private static string Pattern(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');

    private async Task<(string OrderId, string Token)> GuestAsync(string phone)
    {
        using var placed = await Api.Anonymous.PostAsync("/v1/orders", GuestBody(phone), Guid.NewGuid().ToString());
        var order = await placed.JsonAsync();
        return (order.Text("orderId"), order.Text("guestToken"));
    }
}
