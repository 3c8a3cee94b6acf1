using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Api.Settlement;
using OrderOrchestration.Api.Temporal;

namespace OrderOrchestration.Tests.Api.Corpus;

/// <summary>Good requests while the teams answer oddly: a person gets an answer, whatever a team answers, and never an internal error (contract §1).</summary>
[TestFixture(DatabaseKind.Sqlite, 20_264)]
[TestFixture(DatabaseKind.PostgreSql, 20_265)]
[Parallelizable(ParallelScope.Self)]
public sealed class UnexpectedTeamAnswersTests(DatabaseKind database, int seed)
{
    private const int Rounds = 120;
    private const string Address = """{"recipient":"Hong","phone":"010-0000-0000","postalCode":"06236","address1":"Teheran-ro 1"}""";

    private static readonly (string Method, string Path, string? Body)[] Calls =
    [
        ("POST", "/v1/orders", """{"memberId":"m-1","lines":[{"productId":"p-100","quantity":2}],"shipTo":""" + Address + ""","couponCode":"C","points":1000,"payment":{"method":"card","identityVerificationId":"iv-1"}}"""),
        ("POST", "/v1/orders/{orderId}/payments", """{"method":"card","identityVerificationId":"iv-1"}"""), ("PUT", "/v1/orders/{orderId}/shipping-address", Address),
        ("PUT", "/v1/carts/m-1/items/p-100", """{"quantity":1}"""), ("PUT", "/v1/carts/m-1/coupon", """{"code":"C"}"""), ("PUT", "/v1/carts/m-1/points", """{"points":1000}"""),
        ("GET", "/v1/carts/m-1", null), ("POST", "/v1/carts/m-1/merge", """{"guestCartId":"g-3f2b8c1e-6d0a-4b57-9c3e-1a2b3c4d5e6f"}"""),
        ("POST", "/v1/orders/claims", """{"phone":"010-1"}"""), ("GET", "/v1/orders/{orderId}", null), ("GET", "/v1/orders", null),
    ];

    private static readonly (string PathEnd, string Answer)[] Answers =
    [
        ("/products/p-100", """{"productId":"p-100","name":"Ramen","price":10000,"sellerId":"s-1","categoryId":"food","preOrder":false,"onSale":true,"available":10,"discounts":[{"scope":"product","kind":"rate","value":0.1}]}"""),
        ("/members/m-1", """{"memberId":"m-1","tier":"GOLD","pointBalance":5000,"birthday":"1990-03-01","phone":"010-1"}"""),
        ("/validity", """{"valid":true,"reason":"r","kind":"rate","value":0.1,"maxDiscount":5000,"minOrderAmount":10000,"sellerShare":0.5}"""),
        ("/serviceability", """{"deliverable":true,"remote":false}"""), ("/identity-verifications/iv-1", """{"verified":true,"memberId":"m-1"}"""),
    ];

    private readonly LoggedErrors errors = new();
    private WebApplication teams = null!;
    private FakeOrders orders = null!;
    private ApiHost api = null!;
    private int asked;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        teams = builder.Build();
        teams.Run(AnswerAsync);
        await teams.StartAsync();
        var addresses = new[] { "Product", "Payment", "Logistics", "Member", "Promotion" }
            .Select(team => KeyValuePair.Create($"Partners:{team}:BaseUrl", (string?)teams.Urls.Single()));
        api = await ApiHost.StartAsync(
            services =>
            {
                services.AddSingleton<ILoggerProvider>(errors);
                services.AddSingleton<ISettlementCommands, FakeSettlements>();
                services.AddSingleton<IOrderCommands>(provider =>
                    orders = new FakeOrders(provider.GetRequiredService<IOrderStore>()) { OnUpdate = ContractTests.AnyRefundOrExchange });
            },
            settings:
            [
                .. addresses, new("ConnectionStrings:Orders", database == DatabaseKind.PostgreSql ? PrivatePostgreSql.NewDatabase() : null),
                new(OrderStoreServices.UpgradesItself, "true"), new("OrderPolicies:MaxUnpaidOrders", "1000000"), new("RateLimits:Customer", "1000000"),
                new("RateLimits:Order", "1000000"),
            ]);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await api.DisposeAsync();
        await teams.DisposeAsync();
    }

    [Test]
    [CancelAfter(600_000)]
    public async Task No_odd_answer_of_a_team_is_an_error_of_ours_or_keeps_a_person_waiting(CancellationToken cancellationToken)
    {
        using var customer = api.Customer();
        var (faults, statuses) = (new List<string>(), new ConcurrentDictionary<HttpStatusCode, int>());
        var orderId = "o-unknown";
        for (var i = 0; i < Rounds * Calls.Length; i++)
        {
            var (method, path, body) = Calls[i % Calls.Length];
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path.Replace("{orderId}", orderId, StringComparison.Ordinal), UriKind.Relative));
            request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
            request.Headers.Add("Idempotency-Key", $"k-{i}");
            var started = Stopwatch.GetTimestamp();
            using var response = await customer.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            var elapsed = Stopwatch.GetElapsedTime(started);
            statuses.AddOrUpdate(response.StatusCode, 1, (_, count) => count + 1);
            if (response.StatusCode >= HttpStatusCode.InternalServerError || elapsed > TimeSpan.FromSeconds(10))
            {
                faults.Add($"#{i} {method} {path}: {(int)response.StatusCode} after {elapsed.TotalSeconds:F1} s {text}");
            }
            else if (path == "/v1/orders" && method == "POST" && response.IsSuccessStatusCode)
            {
                orderId = response.Headers.Location!.ToString().Split('/')[^1];
            }
        }

        await TestContext.Out.WriteLineAsync(string.Join(", ", statuses.Select(status => $"{(int)status.Key}: {status.Value}")));
        Assert.That(faults.Take(20), Is.Empty, () => string.Join('\n', errors.Take(3)));
        Assert.That(orderId, Is.Not.EqualTo("o-unknown"), "odd is not always wrong");
        Assert.That(orders.Placed.Count(order => order.Facts is null), Is.InRange(1, Rounds - 1), "some answers cannot be used: then the workflow asks again");
        Assert.That(asked, Is.GreaterThan(Rounds * 5));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var mutator = new Mutator(new Random(seed + Interlocked.Increment(ref asked)));
        var known = Array.Find(Answers, answer => context.Request.Path.Value!.EndsWith(answer.PathEnd, StringComparison.Ordinal)).Answer;
        context.Response.StatusCode = known is null ? 404 : mutator.OneIn(40) ? mutator.Pick([201, 202, 204, 404, 409, 410]) : 200;
        if (known is not null && context.Response.StatusCode != 204)
        {
            context.Response.ContentType = mutator.MediaType();
            // Most answers are good: an order asks five teams, and the answer of one is used together with those of the others.
            await context.Response.Body.WriteAsync(mutator.OneIn(4) ? mutator.Body(known) : Encoding.UTF8.GetBytes(known), context.RequestAborted);
        }
    }
}
