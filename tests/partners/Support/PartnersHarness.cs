using System.Globalization;
using System.Net.Http.Json;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Options;

namespace OrderOrchestration.Tests.Partners.Support;

/// <summary>The seven teams, a receiver of their events, and an HTTP client: each test has its own.</summary>
internal sealed class PartnersHarness : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly HttpClient http;
    private readonly string run = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    private int keys;

    private PartnersHarness(PartnersServer partners, WebhookReceiver receiver)
    {
        Partners = partners;
        Receiver = receiver;
        http = new HttpClient { BaseAddress = new Uri(partners.Address), Timeout = Timeout };
    }

    public PartnersServer Partners { get; }

    public WebhookReceiver Receiver { get; }

    /// <summary>No delay before a step and short pauses between deliveries, unless the test wants otherwise.</summary>
    public static async Task<PartnersHarness> StartAsync(Func<PartnersOptions, PartnersOptions>? change = null)
    {
        var receiver = await WebhookReceiver.StartAsync();
        var options = new PartnersOptions
        {
            StepDelay = StepDelay.Instant,
            OrderApiBaseUrl = receiver.Address,
            WebhookRetryPolicy = new WebhookRetryPolicy(5, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(10), Timeout),
        };
        return new PartnersHarness(await PartnersServer.StartAsync(change?.Invoke(options) ?? options), receiver);
    }

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, null);

    public Task<Reply> PostAsync(string path, object body, string? key = null) => SendAsync(HttpMethod.Post, path, body, key ?? NewKey());

    public Task<Reply> PostWithoutKeyAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body, null);

    public Task<Reply> PutAsync(string path, object body, string? key = null) => SendAsync(HttpMethod.Put, path, body, key ?? NewKey());

    public Task<Reply> DeleteAsync(string path, string? key = null) => SendAsync(HttpMethod.Delete, path, null, key ?? NewKey());

    /// <summary>Waits until every step that happens by itself is done and every event delivered or given up.</summary>
    public Task SettleAsync() => Partners.WhenSettledAsync().WaitAsync(Timeout);

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Partners.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    public async Task<Reply> SendAsync(HttpMethod method, string path, object? body, string? key)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            _ => JsonContent.Create(body),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await http.SendAsync(request);
        return new Reply(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.Contains("Idempotent-Replayed"),
            response.Headers.RetryAfter?.Delta,
            response.Content.Headers.ContentType?.MediaType);
    }

    private string NewKey() => string.Create(CultureInfo.InvariantCulture, $"key-{run}-{Interlocked.Increment(ref keys)}");
}
