using System.Net;
using System.Text;
using System.Text.Json;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Api.Access;

public sealed class AccessTests : FakedApi
{
    [Test]
    public async Task An_order_is_its_customers_and_the_staffs_only()
    {
        var path = new Uri("/v1/orders/" + await PlaceAsync("m-1"), UriKind.Relative);
        Assert.That(await StatusAsync(Api.Customer("m-1"), path), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await StatusAsync(Api.Customer("m-2"), path), Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await StatusAsync(Api.As("seller", "u-1", "s-1"), path), Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await StatusAsync(Api.As("operator", "op-1"), path), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await StatusAsync(Api.As("admin", "a-1"), path), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await StatusAsync(Api.Anonymous, path), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await StatusAsync(Api.WithToken("no-such-guest"), path), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCase("alg-none")]
    [TestCase("foreign-key")]
    [TestCase("garbage")]
    public async Task A_token_that_we_did_not_sign_is_401(string kind)
    {
        static string Part(object value) => System.Buffers.Text.Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
        var token = kind switch
        {
            "alg-none" => $"{Part(new { alg = "none" })}.{Part(new { sub = "m-1", role = "admin", exp = 4_102_444_800 })}.",
            "foreign-key" => OrderOrchestration.Api.Access.DevelopmentTokens.Create(Encoding.UTF8.GetBytes(new string('k', 32)), "m-1", "admin"),
            _ => "a.b.c",
        };
        using var client = Api.WithToken(token);
        using var response = await client.GetAsync(new Uri("/v1/orders", UriKind.Relative));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(response.Headers.WwwAuthenticate.ToString(), Does.StartWith("Bearer"));
        Assert.That(await response.SlugAsync(), Is.EqualTo("unauthorized"));
    }

    [Test]
    public async Task A_list_holds_a_customers_own_orders_and_anybodys_for_staff()
    {
        var own = await PlaceAsync("m-1");
        var other = await PlaceAsync("m-2");
        using var customer = Api.Customer("m-1");
        using var staff = Api.As("operator", "op-1");

        Assert.That(await IdsAsync(customer, "/v1/orders"), Is.EqualTo(new[] { own }));
        Assert.That(await IdsAsync(customer, "/v1/orders?memberId=m-1"), Is.EqualTo(new[] { own }));
        Assert.That(await IdsAsync(staff, "/v1/orders"), Is.EquivalentTo(new[] { own, other }));
        Assert.That(await IdsAsync(staff, "/v1/orders?memberId=m-2"), Is.EqualTo(new[] { other }));
        Assert.That(await StatusAsync(customer, new Uri("/v1/orders?memberId=m-2", UriKind.Relative)), Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Pages_of_a_list_are_followed_by_their_cursor()
    {
        var placed = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            placed.Insert(0, await PlaceAsync());
        }

        using var customer = Api.Customer();
        var met = new List<string>();
        var path = "/v1/orders?limit=2";
        while (true)
        {
            var page = await customer.GetAsync(new Uri(path, UriKind.Relative)).JsonAsync();
            met.AddRange(page.GetProperty("items").EnumerateArray().Select(order => order.Text("orderId")));
            if (!page.TryGetProperty("nextCursor", out var cursor))
            {
                break;
            }

            path = "/v1/orders?limit=2&cursor=" + cursor.GetString();
        }

        Assert.That(met, Is.EqualTo(placed));
    }

    [Test]
    public async Task A_stuck_order_is_listed_by_needs_attention_whatever_its_status()
    {
        var orderId = await PlaceAsync();
        await PlaceAsync();
        await Orders.WriteAsync(Snapshots.Of(orderId, status: OrderStatus.AwaitingPayment, createdAt: DateTimeOffset.UtcNow).WithAttention() with { Version = 9 });
        using var staff = Api.As("operator", "op-1");

        Assert.That(await IdsAsync(staff, "/v1/orders?needsAttention=true"), Is.EqualTo(new[] { orderId }));
        Assert.That(await IdsAsync(staff, "/v1/orders?status=needs-attention"), Is.EqualTo(new[] { orderId }));
        Assert.That(await IdsAsync(staff, "/v1/orders?status=awaiting-payment&from=2020-01-01T00:00:00%2B09:00"), Has.Count.EqualTo(2));
    }

    [TestCase("limit=0", "limit")]
    [TestCase("limit=x", "limit")]
    [TestCase("status=sleeping", "status")]
    [TestCase("needsAttention=maybe", "needsAttention")]
    [TestCase("from=yesterday", "from")]
    [TestCase("cursor=%21", "cursor")]
    public async Task A_bad_parameter_is_400_and_named(string query, string field)
    {
        using var customer = Api.Customer();
        using var response = await customer.GetAsync(new Uri("/v1/orders?" + query, UriKind.Relative));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await response.JsonAsync()).GetProperty("errors").TryGetProperty(field, out _), Is.True);
    }

    [Test]
    public async Task Only_staff_resolves_a_stuck_step()
    {
        var path = $"/v1/orders/{await PlaceAsync()}/recovery";
        using var customer = Api.Customer();
        using var staff = Api.As("operator", "op-1");
        using var refused = await customer.PostAsync(path, new { action = "retry" });
        using var unknown = await staff.PostAsync(path, new { action = "pray" });
        using var done = await staff.PostAsync(path, new { action = "retry", note = "called them" });

        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(done.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(Orders.Updates.Single().Argument, Is.EqualTo(new RecoverCommand("retry", "called them", "operator:op-1")));
    }

    [TestCase("payment-in-progress", HttpStatusCode.Conflict)]
    [TestCase("not-payable", HttpStatusCode.Conflict)]
    [TestCase("identity-verification-required", HttpStatusCode.UnprocessableEntity)]
    public async Task A_refused_command_is_answered_with_the_problem_that_the_order_names(string slug, HttpStatusCode status)
    {
        var orderId = await PlaceAsync();
        Orders.UpdateFailure = new OrderRefusedException(slug, "No.", JsonSerializer.SerializeToElement(new { status = "paid", attempt = 1 }));
        using var customer = Api.Customer();
        using var response = await customer.PostAsync($"/v1/orders/{orderId}/payments", new { method = "card" });

        Assert.That(response.StatusCode, Is.EqualTo(status));
        Assert.That(await response.SlugAsync(), Is.EqualTo(slug));
        Assert.That((await response.JsonAsync()).Text("orderStatus"), Is.EqualTo("paid"));
    }

    [Test]
    public async Task A_command_sent_twice_under_one_key_is_executed_once()
    {
        var orderId = await PlaceAsync();
        using var customer = Api.Customer();
        using var first = await customer.PostAsync($"/v1/orders/{orderId}/payments", new { method = "card" }, "k-1");
        using var second = await customer.PostAsync($"/v1/orders/{orderId}/payments", new { method = "card" }, "k-1");

        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(Orders.Updates, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_unknown_order_is_404_for_every_call()
    {
        using var customer = Api.Customer();
        foreach (var path in new[] { "", "/events", "/tracking" })
        {
            using var response = await customer.GetAsync(new Uri("/v1/orders/o-unknown" + path, UriKind.Relative));
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(await response.SlugAsync(), Is.EqualTo("not-found"));
        }

        using var cancel = await customer.PostAsync("/v1/orders/o-unknown/cancellation", new { reason = "no" });
        Assert.That(cancel.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, Uri path)
    {
        using var response = await client.GetAsync(path);
        return response.StatusCode;
    }

    private static async Task<List<string>> IdsAsync(HttpClient client, string path)
    {
        var list = await client.GetAsync(new Uri(path, UriKind.Relative)).JsonAsync();
        return [.. list.GetProperty("items").EnumerateArray().Select(order => order.Text("orderId"))];
    }
}
