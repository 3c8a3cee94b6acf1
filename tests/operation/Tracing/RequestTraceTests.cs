using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrderOrchestration.DevHost;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Operation.Support;

namespace OrderOrchestration.Tests.Operation.Tracing;

/// <summary>
/// The <c>traceparent</c> of a request, as the other teams see it on the wire (contract §5): whatever is called for it, on whatever worker and after
/// whatever restart, notifications and events to subscribers included. No exporter is configured: a trace goes on all the same.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RequestTraceTests
{
    private readonly CancellationTokenSource timeout = new(TimeSpan.FromMinutes(3));
    private TestEnvironment environment = null!;

    [SetUp]
    public async Task StartAsync() => environment = await TestEnvironment.StartAsync(StepDelay.Manual);

    [TearDown]
    public async Task StopAsync()
    {
        await environment.DisposeAsync();
        timeout.Dispose();
    }

    [Test]
    public async Task A_requests_trace_goes_through_update_workflow_and_activities_to_the_other_teams_and_the_relays()
    {
        await using var host = await StartHostAsync();
        var trace = ActivityTraceId.CreateRandom();
        await PlaceAsync(host, trace);

        string[] calls = ["GET /products/p-100", "GET /serviceability", "POST /stock-reservations", "POST /payments", "POST /notifications", "POST /subscriber"];
        foreach (var call in calls)
        {
            var recorded = await environment.Teams.CallAsync(call.Split(' ')[0], call.Split(' ')[1], timeout.Token);
            Assert.That(recorded.TraceId, Is.EqualTo(trace.ToHexString()), call);
            Assert.That(recorded.Traceparent, Does.EndWith("-01"), call);
        }
    }

    [Test]
    public async Task What_a_webhook_sets_going_belongs_to_the_webhooks_trace_also_after_a_restart()
    {
        JsonElement order;
        await using (var host = await StartHostAsync())
        {
            order = await PlaceAsync(host, ActivityTraceId.CreateRandom());
            await environment.Teams.CallAsync("POST", "/payments", timeout.Token);
        }

        await using var restarted = await StartHostAsync();
        var trace = ActivityTraceId.CreateRandom();
        await ApproveAsync(restarted, order.GetProperty("orderId").GetString()!, trace);

        var commit = await environment.Teams.CallAsync("POST", "/commit", timeout.Token);
        var shipment = await environment.Teams.CallAsync("POST", "/shipments", timeout.Token);
        Assert.That(new[] { commit.TraceId, shipment.TraceId }, Is.All.EqualTo(trace.ToHexString()));
    }

    [Test]
    public async Task What_another_request_brings_meanwhile_does_not_take_over_what_an_earlier_message_set_going()
    {
        await using var host = await StartHostAsync();
        var orderId = (await PlaceAsync(host, ActivityTraceId.CreateRandom())).GetProperty("orderId").GetString()!;
        await environment.Teams.CallAsync("POST", "/payments", timeout.Token);
        environment.Partners.Faults.Set(new FaultRule(Team.Product, Path: "/stock-reservations/*/commit", Status: 503));
        var approval = ActivityTraceId.CreateRandom();
        await ApproveAsync(host, orderId, approval);
        await environment.Teams.CallAsync("POST", "/commit", timeout.Token);

        await MoveAsync(host, orderId, ActivityTraceId.CreateRandom());
        environment.Partners.Faults.Clear();

        var shipment = await environment.Teams.CallAsync("POST", "/shipments", timeout.Token);
        Assert.That(shipment.TraceId, Is.EqualTo(approval.ToHexString()));
    }

    private async Task<DevHostApplication> StartHostAsync()
    {
        var settings = environment.Environment(
            ("Urls", "http://127.0.0.1:0"),
            ("Demo__Enabled", "false"),
            ("Subscribers__Crm__Url", environment.Teams.Address + "/subscriber"),
            ("Subscribers__Crm__Secret", "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))),
            ("Subscribers__Crm__Types", "order.*"));
        var arguments = settings.Select(setting => $"--{setting.Key.Replace("__", ":", StringComparison.Ordinal)}={setting.Value}").ToArray();
        var host = await DevHostApplication.StartAsync(arguments, _ => Task.CompletedTask, timeout.Token);
        environment.Partners.SetOrderApi(host.Endpoints.Api.ToString().TrimEnd('/'));
        return host;
    }

    /// <summary>A client without the propagation of this process, which the hosts share: the header is the test's.</summary>
    private static HttpClient Client(DevHostApplication host) =>
        new(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = host.Endpoints.Api };

    private async Task<HttpClient> MembersClientAsync(DevHostApplication host)
    {
        var http = Client(host);
        using var token = await http.PostAsJsonAsync("/dev/tokens", new { sub = "m-1", role = "customer" }, timeout.Token);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (await token.Content.ReadFromJsonAsync<JsonElement>(timeout.Token)).GetProperty("token").GetString());
        return http;
    }

    private async Task<JsonElement> PlaceAsync(DevHostApplication host, ActivityTraceId trace)
    {
        using var http = await MembersClientAsync(host);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/orders") { Content = JsonContent.Create(Order) };
        request.Headers.Add("Idempotency-Key", "k-1");
        request.Headers.Add("traceparent", $"00-{trace.ToHexString()}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
        using var response = await http.SendAsync(request, timeout.Token);
        var body = await response.Content.ReadAsStringAsync(timeout.Token);
        Assert.That(response.IsSuccessStatusCode, Is.True, body);
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    private async Task MoveAsync(DevHostApplication host, string orderId, ActivityTraceId trace)
    {
        using var http = await MembersClientAsync(host);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/orders/{orderId}/shipping-address") { Content = JsonContent.Create(Elsewhere) };
        request.Headers.Add("traceparent", $"00-{trace.ToHexString()}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
        using var response = await http.SendAsync(request, timeout.Token);
        Assert.That((int)response.StatusCode, Is.EqualTo(200), await response.Content.ReadAsStringAsync(timeout.Token));
    }

    /// <summary>The payment team says that the open attempt is approved.</summary>
    private async Task ApproveAsync(DevHostApplication host, string orderId, ActivityTraceId trace)
    {
        // The call was seen on its way to the team; the team may not have it yet.
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (environment.Partners.Payment.OfOrder(orderId).Count == 0)
        {
            await looks.WaitForNextTickAsync(timeout.Token);
        }

        var payment = environment.Partners.Payment.OfOrder(orderId).Single();
        var body = JsonSerializer.Serialize(new
        {
            specversion = "1.0",
            id = "evt-1",
            source = "/teams/payment",
            type = "payment.approved",
            subject = orderId,
            time = DateTimeOffset.UtcNow,
            data = new
            {
                orderId,
                paymentId = payment.PaymentId,
                attempt = payment.Attempt,
                approvalNumber = "A-1",
                amount = payment.Amount,
                method = "card",
                approvedAt = DateTimeOffset.UtcNow,
            },
        });
        var time = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var secret = Convert.FromBase64String(environment.Partners.WebhookSecret(Team.Payment)["whsec_".Length..]);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"w-1.{time}.{body}")));
        using var http = Client(host);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events") { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json");
        request.Headers.Add("webhook-id", "w-1");
        request.Headers.Add("webhook-timestamp", $"{time}");
        request.Headers.TryAddWithoutValidation("webhook-signature", "v1," + signature);
        request.Headers.Add("traceparent", $"00-{trace.ToHexString()}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
        using var response = await http.SendAsync(request, timeout.Token);
        Assert.That((int)response.StatusCode, Is.EqualTo(202), await response.Content.ReadAsStringAsync(timeout.Token));
    }

    private static readonly object Elsewhere = new { recipient = "김주문", phone = "010-1234-5678", postalCode = "48058", address1 = "부산 해운대구 1" };

    private static readonly object Order = new
    {
        memberId = "m-1",
        lines = new[] { new { productId = "p-100", quantity = 1 } },
        shipTo = new { recipient = "김주문", phone = "010-1234-5678", postalCode = "06236", address1 = "서울 강남구 테헤란로 1" },
        payment = new { method = "card" },
    };
}
