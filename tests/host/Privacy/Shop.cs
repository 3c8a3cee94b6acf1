using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OrderOrchestration.Tests.Host.Privacy;

/// <summary>A running <c>dev/host</c> as its customers, its staff, another team and Temporal's tools reach it.</summary>
internal sealed class Shop(Uri api, Uri temporal, Uri partners, byte[] logisticsSecret) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private readonly HttpClient http = new() { BaseAddress = api };

    public Uri Temporal => temporal;

    public static Shop Of(string directory, byte[] logisticsSecret)
    {
        using var endpoints = JsonDocument.Parse(File.ReadAllText(Path.Combine(directory, "endpoints.json")));
        Uri Address(string name) => new(endpoints.RootElement.GetProperty(name).GetString()!);
        return new Shop(Address("api"), Address("temporalUi"), Address("partners"), logisticsSecret);
    }

    public async Task<string> TokenAsync(string subject, string role) =>
        (await SendAsync(HttpMethod.Post, "/dev/tokens", null, new { sub = subject, role })).GetProperty("token").GetString()!;

    /// <summary>Calls the API; the answer has to be a success.</summary>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, string? token, object? body = null)
    {
        var (status, answer) = await TryAsync(method, path, token, body);
        return (int)status < 300
            ? JsonSerializer.Deserialize<JsonElement>(answer.Length == 0 ? "null" : answer)
            : throw new HttpRequestException($"{method} {path} answered {(int)status}: {answer}", null, status);
    }

    public async Task<(HttpStatusCode Status, string Answer)> TryAsync(HttpMethod method, string path, string? token, object? body = null)
    {
        var key = Guid.NewGuid().ToString();
        using var response = await RetryAfter.SendAsync(http, Request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());

        HttpRequestMessage Request()
        {
            var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", key);
            request.Headers.Authorization = token is null ? null : AuthenticationHeaderValue.Parse($"Bearer {token}");
            return request;
        }
    }

    /// <summary>Waits until an order is in the expected state.</summary>
    public async Task<JsonElement> UntilAsync(string orderId, string token, Func<JsonElement, bool> isReached)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        JsonElement order;
        while (!isReached(order = await SendAsync(HttpMethod.Get, "/v1/orders/" + orderId, token)))
        {
            try
            {
                await looks.WaitForNextTickAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"after {Timeout} the order is {order}");
            }
        }

        return order;
    }

    /// <summary>An event of the logistics team's, signed as it signs.</summary>
    public async Task LogisticsAsync(string type, string orderId, object data)
    {
        var id = "evt-" + Guid.NewGuid().ToString("N");
        var time = DateTimeOffset.UtcNow;
        var body = JsonSerializer.Serialize(new { specversion = "1.0", id, source = "/teams/logistics", type, subject = orderId, time, datacontenttype = "application/json", data });
        var stamp = time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(logisticsSecret, Encoding.UTF8.GetBytes($"{id}.{stamp}.{body}")));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events") { Content = new StringContent(body, Encoding.UTF8, "application/cloudevents+json") };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", stamp);
        request.Headers.Add("webhook-signature", "v1," + signature);
        using var response = await http.SendAsync(request);
        Assert.That(response.IsSuccessStatusCode, Is.True, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Sets the faults of the other teams.</summary>
    public async Task FaultAsync(params object[] rules)
    {
        using var response = await http.PutAsJsonAsync(new Uri(partners, "/faults"), new { rules });
        response.EnsureSuccessStatusCode();
    }

    /// <summary>What a page or a list of Temporal's HTTP API says.</summary>
    public Task<string> TemporalAsync(string path) => http.GetStringAsync(new Uri(temporal, path));

    public async Task<string> TemporalPostAsync(string path, object body)
    {
        using var response = await http.PostAsJsonAsync(new Uri(temporal, path), body);
        var answer = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? answer : throw new HttpRequestException($"{path} answered {(int)response.StatusCode}: {answer}");
    }

    /// <summary>Everything that Temporal shows of workflows: the list, each with its history.</summary>
    public async Task<IReadOnlyList<(string Place, string Json)>> EverythingOfTemporalAsync()
    {
        var all = new List<(string, string)>();
        var list = await TemporalAsync("/api/v1/namespaces/default/workflows?pageSize=1000");
        all.Add(("list of workflows", list));
        foreach (var execution in JsonDocument.Parse(list).RootElement.GetProperty("executions").EnumerateArray().Select(e => e.GetProperty("execution").Clone()))
        {
            var (workflow, run) = (execution.GetProperty("workflowId").GetString()!, execution.GetProperty("runId").GetString()!);
            var path = $"/api/v1/namespaces/default/workflows/{Uri.EscapeDataString(workflow)}";
            all.Add((workflow, await TemporalAsync($"{path}?execution.runId={run}")));
            all.Add((workflow + " history", await TemporalAsync($"{path}/history?execution.runId={run}&maximumPageSize=10000")));
        }

        return all;
    }

    /// <summary>Every payload of a history as the remote codec decodes it.</summary>
    public async Task<string> DecodedHistoryAsync(string orderId, string path, string? token)
    {
        var history = await TemporalAsync($"/api/v1/namespaces/default/workflows/order-{orderId}/history?maximumPageSize=10000");
        var payloads = Payloads(JsonDocument.Parse(history).RootElement).ToList();
        var decoded = await SendAsync(HttpMethod.Post, path, token, new { payloads });
        return string.Join('\n', decoded.GetProperty("payloads").EnumerateArray().Select(payload =>
            payload.TryGetProperty("data", out var data) ? Encoding.UTF8.GetString(data.GetBytesFromBase64()) : string.Empty));
    }

    public Task<string> MetricsAsync() => http.GetStringAsync(new Uri("/metrics", UriKind.Relative));

    public void Dispose() => http.Dispose();

    private static IEnumerable<JsonElement> Payloads(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object when json.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
            && metadata.TryGetProperty("encoding", out _) => [json],
        JsonValueKind.Object => json.EnumerateObject().SelectMany(field => Payloads(field.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Payloads),
        _ => [],
    };
}
