using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Api.Placing;
using OrderOrchestration.Api.Reconciliations;
using OrderOrchestration.Api.Settlement;
using OrderOrchestration.Api.Temporal;

namespace OrderOrchestration.Tests.Api.Scenarios;

/// <summary>Cases that went wrong with input from outside, over HTTP and on both databases; the other cases are in the tests of their subject.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class CasesFromOutsideTests(DatabaseKind database)
{
    private const string Subject = "0b9f7a5e-5a3c-4c1e-9b0a-3d2f1e0c9b8a";
    private ApiHost api = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => api = await ApiHost.StartAsync(
        services =>
        {
            services.AddSingleton<IOrderFactsSource>(new FakeFacts());
            services.AddSingleton<ISettlementCommands, FakeSettlements>();
            services.AddSingleton<IReconciliationCommands, FakeReconciliations>();
            services.AddSingleton<IOrderCommands>(provider => new FakeOrders(provider.GetRequiredService<IOrderStore>()));
        },
        settings:
        [
            new("ConnectionStrings:Orders", database == DatabaseKind.PostgreSql ? PrivatePostgreSql.NewDatabase() : null), new(OrderStoreServices.UpgradesItself, "true"),
        ]);

    [OneTimeTearDown]
    public async Task StopAsync() => await api.DisposeAsync();

    [Test]
    public async Task Case_21_the_cart_of_a_member_whose_id_is_a_uuid_is_the_members_alone()
    {
        var guests = "g-" + Guid.NewGuid();
        await api.Service<ICartStore>().ChangeAsync(guests, cart => cart.With("p-100", 1, DateTimeOffset.UtcNow), default);
        using var member = api.Customer(Subject);
        using var read = await SendAsync(api.Anonymous, HttpMethod.Get, "/v1/carts/" + Subject);
        using var changed = await SendAsync(api.Anonymous, HttpMethod.Put, $"/v1/carts/{Subject}/items/p-100", """{"quantity":1}""");
        using var merged = await SendAsync(member, HttpMethod.Post, $"/v1/carts/{Subject}/merge", JsonSerializer.Serialize(new { guestCartId = guests }));
        using var notAGuests = await SendAsync(member, HttpMethod.Post, $"/v1/carts/{Subject}/merge", """{"guestCartId":"0b9f7a5e-5a3c-4c1e-9b0a-3d2f1e0c9b8b"}""");

        Assert.That((read.StatusCode, changed.StatusCode), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)));
        Assert.That(merged.StatusCode, Is.EqualTo(HttpStatusCode.OK), await merged.Content.ReadAsStringAsync());
        Assert.That((await api.Service<ICartStore>().FindAsync(Subject, default)).Lines.Select(line => line.ProductId), Is.EqualTo(new[] { "p-100" }));
        Assert.That(notAGuests.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), "another member's cart is no guest's");
    }

    [Test]
    public async Task Case_24_half_a_surrogate_pair_and_nul_are_400_wherever_they_stand()
    {
        using var customer = api.Customer();
        using var staff = api.As("operator", "op-1");
        const string order =
            """
            {"x":"\ud800","memberId":"m-1","lines":[{"productId":"p-100","quantity":2}],
            "shipTo":{"recipient":"Hong","phone":"010-0000-0000","postalCode":"06236","address1":"Teheran-ro 1"}}
            """;
        using var placed = await SendAsync(customer, HttpMethod.Post, "/v1/orders", order);
        using var listed = await staff.GetAsync(new Uri("/v1/orders?memberId=a%00b", UriKind.Relative));
        using var delivered = await SignedEvents.SendAsync(
            api.Anonymous,
            """
            {"specversion":"1.0","id":"e-1","source":"/teams/logistics","type":"logistics.delivered","subject":"o-1","time":"2026-05-01T09:00:00+09:00",
            "data":{"orderId":"o-1","shipmentId":"s-1","deliveredAt":"2026-05-01T09:00:00+09:00","receivedBy":"ab\ud83d"}}
            """,
            ApiHost.LogisticsSecret);

        foreach (var answer in new[] { placed, listed, delivered })
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), await answer.Content.ReadAsStringAsync());
            Assert.That(await answer.SlugAsync(), Is.EqualTo("malformed-request"));
        }
    }

    [TestCase("PUT", "/v1/carts/m-1/coupon", "{\"code\":\"@100000@\"}")]
    [TestCase("POST", "/v1/orders/o-1/payments", "{\"method\":\"card\\n\"}")]
    [TestCase("PUT", "/v1/carts/m-1/items/..", "{\"quantity\":1}")]
    [TestCase("POST", "/v1/settlements/9999-12-31", null)]
    [TestCase("GET", "/v1/settlements/9999-12-31", null)]
    public async Task Case_30_texts_names_and_days_without_sense_are_400(string method, string path, string? body)
    {
        using var admin = api.As("admin", "a-1");
        using var answer = await SendAsync(admin, new HttpMethod(method), path, body?.Replace("@100000@", new string('C', 100_000), StringComparison.Ordinal));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), await answer.Content.ReadAsStringAsync());
        Assert.That(await answer.SlugAsync(), Is.EqualTo("malformed-request"));
    }

    private async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string? body = null)
    {
        var address = new Uri(api.Address.ToString().TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(method, address);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return await client.SendAsync(request);
    }
}
