using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Api.Placing;
using OrderOrchestration.Api.Reconciliations;
using OrderOrchestration.Api.Settlement;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Events;

namespace OrderOrchestration.Tests.Api.Corpus;

/// <summary>
/// Thousands of wrong and odd requests against every endpoint, by every kind of caller, on both databases. No answer is 5xx or reveals internals, none
/// takes longer than two seconds, and what was refused left nothing behind.
/// </summary>
[TestFixture(DatabaseKind.Sqlite, 20_261)]
[TestFixture(DatabaseKind.PostgreSql, 20_262)]
[Parallelizable(ParallelScope.Self)]
public sealed class CorpusTests(DatabaseKind database, int seed)
{
    private const int Requests = 5_000;
    private const int AtATime = 4;
    private const string Events = "/v1/events";
    private const string Address = """{"recipient":"Hong","phone":"010-0000-0000","postalCode":"06236","address1":"Teheran-ro 1","address2":"2"}""";
    private const string Line = """{"reason":"defective","lines":[{"productId":"p-100","quantity":1}],"returnRequired":true}""";

    private static readonly (string Method, string Path, string? Body)[] Calls =
    [
        ("POST", "/v1/orders", """{"memberId":"m-1","lines":[{"productId":"p-100","quantity":2}],"shipTo":""" + Address + ""","deliveryNote":"n","couponCode":"C","points":1,"payment":{"method":"card","identityVerificationId":"iv-1"}}"""),
        ("POST", "/v1/orders", """{"guest":{"name":"Kim","phone":"010-1","email":"k@example.com"},"lines":[{"productId":"p-100","quantity":2}],"shipTo":""" + Address + "}"),
        ("POST", "/v1/orders", """{"memberId":"m-1","cartId":"m-1","addressId":"a-1"}"""),
        ("GET", "/v1/orders?memberId=m-1&status=paid&needsAttention=true&from=2026-01-01&to=2026-02-01&limit=5&cursor=MTox", null),
        ("GET", "/v1/orders/{orderId}", null), ("GET", "/v1/orders/{orderId}/events?limit=5&cursor=MQ", null), ("GET", "/v1/orders/{orderId}/tracking", null),
        ("POST", "/v1/orders/{orderId}/payments", """{"method":"card","identityVerificationId":"iv-1"}"""), ("DELETE", "/v1/orders/{orderId}/payments/current", null),
        ("POST", "/v1/orders/{orderId}/cancellation", """{"reason":"no"}"""), ("PUT", "/v1/orders/{orderId}/shipping-address", Address),
        ("POST", "/v1/orders/{orderId}/confirmation", null), ("POST", "/v1/orders/{orderId}/refunds", Line), ("POST", "/v1/orders/{orderId}/exchanges", Line),
        ("POST", "/v1/orders/{orderId}/recovery", """{"action":"retry","note":"n","attentionId":"x"}"""), ("POST", "/v1/orders/claims", """{"phone":"010-1"}"""),
        ("GET", "/v1/refunds?status=completed&limit=5&cursor=MTox", null), ("POST", "/v1/refunds/{orderId}/approval", """{"approved":true,"note":"n"}"""),
        ("GET", "/v1/carts/m-1", null), ("PUT", "/v1/carts/m-1/items/p-100", """{"quantity":1}"""), ("DELETE", "/v1/carts/m-1/items/p-100", null),
        ("PUT", "/v1/carts/m-1/coupon", """{"code":"C"}"""), ("DELETE", "/v1/carts/m-1/coupon", null), ("PUT", "/v1/carts/m-1/points", """{"points":1}"""),
        ("DELETE", "/v1/carts/m-1/points", null), ("POST", "/v1/carts/m-1/merge", """{"guestCartId":"g-3f2b8c1e-6d0a-4b57-9c3e-1a2b3c4d5e6f"}"""),
        ("GET", "/v1/members/m-1/addresses", null), ("POST", "/v1/members/m-1/addresses", Address), ("POST", "/v1/settlements/2026-01-15", null),
        ("GET", "/v1/settlements/2026-01-15?limit=5&cursor=MTox", null), ("GET", "/v1/settlements/2026-01-15/events", null),
        ("POST", "/v1/reconciliations/2026-01-15", null), ("GET", "/v1/reconciliations/2026-01-15?limit=5&cursor=1", null),
        ("GET", "/v1/reconciliations/2026-01-15.csv", null), ("GET", "/v1/reconciliations/2026-01-15/events", null),
        ("POST", "/v1/settlements/2026-01-15/recovery", """{"action":"retry","note":"n"}"""), ("GET", "/v1/sellers/s-1/statements?from=2026-01-01&to=2026-02-01&limit=5", null),
        ("GET", "/v1/sellers/s-1/statements/2026-01-15?after=1&limit=5", null), ("GET", "/v1/sellers/s-1/statements/2026-01-15.csv", null),
        ("GET", "/v1/sellers/s-1/statements/2026-01-15/events", null), ("POST", "/v1/payouts", null), ("GET", "/v1/payouts?status=requested&sellerId=s-1&runId=r&limit=5", null),
        ("GET", "/v1/payouts/po-1", null), ("GET", "/v1/payouts/po-1/events", null), ("POST", "/v1/payouts/po-1/recovery", """{"action":"retry"}"""),
        ("GET", "/v1/subscribers", null), ("POST", "/v1/subscribers/s/redelivery", null), ("GET", "/v1/dead-letters?subscriber=s&limit=5&cursor=MTox", null),
        ("POST", "/v1/dead-letters/s/{orderId}/redelivery", null), ("DELETE", "/v1/dead-letters/s/{orderId}", null), ("POST", "/dev/tokens", """{"sub":"m","role":"customer"}"""),
        ("GET", "/v1/members/m-2/personal-data", null), ("DELETE", "/v1/members/m-9/personal-data", null), ("DELETE", "/v1/orders/{orderId}/personal-data", null),
        ("POST", "/v1/codec/decode", """{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"eyJwaG9uZSI6IiRwMS5rLkFBQUEifQ=="}]}"""),
        ("POST", "/v1/codec/encode", """{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"eyJwaG9uZSI6IjAxMCJ9"}]}"""),
        ("GET", "/v1/orders/{orderId}/ledger", null), ("POST", "/v1/orders/restorations", null), ("GET", "/v1/policies", null), ("GET", "/v1/event-types", null),
        ("POST", "/v1/orders/{orderId}/cancellation", """{"reason":"no","lines":[{"productId":"p-100","quantity":1}]}"""),
        .. CorpusEvents.All.Select(body => ("POST", Events, (string?)body)), ("POST", Events, $"[{string.Join(',', CorpusEvents.Of("payment"))}]"),
    ];

    private readonly SemaphoreSlim alone = new(1, 1);
    private readonly LoggedErrors errors = new();
    private string? connection;
    private ApiHost api = null!;
    private string orderId = "";

    private FakeOrders Orders => (FakeOrders)api.Service<IOrderCommands>();

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        connection = database == DatabaseKind.PostgreSql ? PrivatePostgreSql.NewDatabase() : null;
        api = await ApiHost.StartAsync(
            services =>
            {
                services.AddSingleton<ILoggerProvider>(errors);
                services.AddSingleton<IOrderFactsSource>(new FakeFacts());
                services.AddSingleton<ISettlementCommands, FakeSettlements>();
                services.AddSingleton<IReconciliationCommands, FakeReconciliations>();
                services.AddSingleton<IOrderCommands>(provider => new FakeOrders(provider.GetRequiredService<IOrderStore>()) { OnUpdate = ContractTests.AnyRefundOrExchange });
            },
            settings:
            [
                new("ConnectionStrings:Orders", connection), new(OrderStoreServices.UpgradesItself, "true"), new("OrderPolicies:MaxUnpaidOrders", "1000000"),
                new("RateLimits:Anonymous", "1000000"), new("RateLimits:Customer", "1000000"),
                new("RateLimits:Staff", "1000000"), new("RateLimits:Order", "1000000"),
            ]);
        using var customer = api.Customer();
        var body = """{"memberId":"m-1","lines":[{"productId":"p-100","quantity":2}],"shipTo":""" + Address + "}";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/orders", UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", "first");
        using var placed = await customer.SendAsync(request);
        orderId = (await placed.JsonAsync()).Text("orderId");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await api.DisposeAsync();
        alone.Dispose();
    }

    [Test]
    public void The_corpus_asks_every_endpoint_and_sends_every_event()
    {
        var asked = Calls.Select(call => (call.Method, Path: call.Path.Split('?')[0])).ToHashSet();
        var endpoints = api.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("v1/", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => (method, endpoint.RoutePattern.RawText!)));

        Assert.That(endpoints.Where(endpoint => !asked.Any(call => call.Method == endpoint.method && Fits(call.Path, endpoint.Item2))), Is.Empty);
        Assert.That(
            CorpusEvents.All.Select(CorpusEvents.TypeOf), Is.EquivalentTo(EventCatalogue.All.Where(type => type.Direction == EventDirection.Received).Select(type => type.Type)));
    }

    [Test]
    [CancelAfter(600_000)]
    public async Task No_malformed_request_is_answered_5xx_slowly_or_with_internal_details(CancellationToken cancellationToken)
    {
        HttpClient[] callers =
            [api.Anonymous, api.Customer(), api.Customer(), api.As("operator", "op-1"), api.As("admin", "a-1"), api.As("admin", "a-1"), api.As("seller", "u", "s-1")];
        var faults = new ConcurrentQueue<string>();
        var statuses = new ConcurrentDictionary<int, int>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Requests),
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                var call = Calls[i % Calls.Length];
                var mutator = new Mutator(new Random(seed + i));
                var answer = await SendAsync(mutator.Pick(callers), call, mutator, token);
                answer = await AskSlowOnesAloneAsync(answer, seed + i, callers, call, token);

                statuses.AddOrUpdate((int)answer.Status, 1, (_, count) => count + 1);

                if (FaultOf(answer) is { } fault)
                {
                    faults.Enqueue($"#{i} {call.Method} {call.Path}: {fault}");
                }
            });

        await TestContext.Out.WriteLineAsync(string.Join(", ", statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}")));
        Assert.That(faults.Take(20), Is.Empty, () => string.Join('\n', errors.Take(3)));
        Assert.That(statuses.Keys.Where(status => status is >= 200 and < 300), Is.Not.Empty, "odd is not always wrong");
        Assert.That(statuses.GetValueOrDefault(400), Is.GreaterThan(Requests / 5));
        Assert.That(await CountAsync("taken_carts"), Is.Zero, "no cart is held by an order that does not exist");
        Assert.That(
            await CountAsync("orders"), Is.EqualTo(Orders.Placed.Select(input => input.Request.OrderId).Distinct().Count()), "an order that was refused left none");
    }

    // The machine is shared: a request counts as slow only if it is slow again on its own.
    private async Task<(HttpStatusCode Status, string? MediaType, string Body, TimeSpan Elapsed)> AskSlowOnesAloneAsync(
        (HttpStatusCode Status, string? MediaType, string Body, TimeSpan Elapsed) answer,
        int mutation,
        HttpClient[] callers,
        (string Method, string Path, string? Body) call,
        CancellationToken cancellationToken)
    {
        for (var round = 0; round < 5 && answer.Elapsed > TimeSpan.FromSeconds(2); round++)
        {
            await alone.WaitAsync(cancellationToken);
            try
            {
                var mutator = new Mutator(new Random(mutation));
                answer = await SendAsync(mutator.Pick(callers), call, mutator, cancellationToken);
            }
            finally
            {
                alone.Release();
            }
        }

        return answer;
    }

    private static string? FaultOf((HttpStatusCode Status, string? MediaType, string Body, TimeSpan Elapsed) answer) => answer switch
    {
        { Status: >= HttpStatusCode.InternalServerError } => $"{(int)answer.Status} {answer.Body}",
        { Elapsed.TotalSeconds: > 2 } => $"{answer.Elapsed.TotalSeconds:F1} s",
        { Status: >= HttpStatusCode.BadRequest, Body.Length: > 0, MediaType: not "application/problem+json" } => $"{(int)answer.Status} as {answer.MediaType}",
        _ when answer.Body.Contains("   at ", StringComparison.Ordinal) || answer.Body.Contains("Exception", StringComparison.Ordinal) => "a stack trace",
        _ => null,
    };

    private async Task<(HttpStatusCode Status, string? MediaType, string Body, TimeSpan Elapsed)> SendAsync(
        HttpClient client, (string Method, string Path, string? Body) call, Mutator mutator, CancellationToken cancellationToken)
    {
        var address = api.Address.ToString().TrimEnd('/') + PathOf(call.Path, mutator);
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), new Uri(address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        var body = call.Body is null ? null : mutator.Body(call.Body);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            var usual = call.Path != Events ? "application/json" : call.Body!.StartsWith('[') ? "application/cloudevents-batch+json" : "application/cloudevents+json";
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(mutator.OneIn(20) ? mutator.MediaType() : usual);
        }

        if (call.Path == Events)
        {
            Sign(request, body!, CorpusEvents.TeamOf(call.Body!));
        }

        if (mutator.OneIn(2))
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", mutator.OneIn(8) ? mutator.Name() : Guid.NewGuid().ToString());
        }

        var started = Stopwatch.GetTimestamp();
        using var response = await client.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return (response.StatusCode, response.Content.Headers.ContentType?.MediaType, text, Stopwatch.GetElapsedTime(started));
    }

    private string PathOf(string path, Mutator mutator)
    {
        var parts = path.Replace("{orderId}", orderId, StringComparison.Ordinal).Split('?');
        var segments = parts[0].Split('/').Select((segment, i) => i > 2 && mutator.OneIn(8) ? mutator.Name() : segment);
        var query = parts.Length < 2 ? [] : parts[1].Split('&').Select(parameter => mutator.OneIn(3) ? $"{parameter.Split('=')[0]}={mutator.Name()}" : parameter);
        return string.Join('/', segments) + (parts.Length < 2 ? "" : "?" + string.Join('&', query));
    }

    private static void Sign(HttpRequestMessage request, byte[] body, string team)
    {
        var time = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"w-1.{time}."), .. body];
        request.Headers.Add("webhook-id", "w-1");
        request.Headers.Add("webhook-timestamp", time);
        request.Headers.TryAddWithoutValidation(
            "webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(CorpusEvents.SecretOf(team)["whsec_".Length..]), signed)));
    }

    private static bool Fits(string path, string pattern) => Regex.IsMatch(
        path, $"^/?{Regex.Replace(Regex.Escape(pattern.Trim('/')), @"\\\{[^}]+}", "[^/]+")}$");

    private async Task<long> CountAsync(string table)
    {
        await using System.Data.Common.DbConnection store = connection is null ? new SqliteConnection($"Data Source={api.Folder}/orders.db") : new NpgsqlConnection(connection);
        return await store.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}");
    }
}
