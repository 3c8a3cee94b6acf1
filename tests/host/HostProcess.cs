using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Host;

/// <summary><c>dev/host</c> as its user runs it: a process of its own, controlled by environment and signals, observed through its output and HTTP.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly ChildProcess process;
    private readonly HttpClient http = new();

    private HostProcess(ChildProcess process) => this.process = process;

    public string Output => process.Output;

    public static HostProcess Start(string directory, params (string Name, string Value)[] environment)
    {
        (string Name, string Value)[] defaults =
        [
            ("Data__Directory", directory), ("Urls", "http://127.0.0.1:0"), ("Embedded__Temporal__Port", "0"), ("Embedded__Temporal__UiPort", "0"),
            ("Embedded__Partners__Port", "0"), ("Embedded__WebUi__Enabled", "false"), ("Demo__Enabled", "false"),
        ];
        return new HostProcess(ChildProcess.Start(
            typeof(DevHost.DevHostApplication).Assembly.Location,
            defaults.Concat(environment).Select(variable => KeyValuePair.Create(variable.Name, (string?)variable.Value))));
    }

    /// <summary>The first line that has the text in it.</summary>
    public Task<string> LineAsync(string text) => process.LineAsync(text);

    /// <summary>Waits until the API answers, and calls it as this member from then on.</summary>
    public async Task SpeakAsAsync(string memberId)
    {
        var line = await LineAsync("Order API");
        http.BaseAddress = new Uri(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]);
        await LineAsync("Customer token");
        var token = await PostAsync("/dev/tokens", new { sub = memberId, role = "customer" });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("token").GetString());
    }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        var key = Guid.NewGuid().ToString();
        using var response = await RetryAfter.SendAsync(http, () => new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = JsonContent.Create(body),
            Headers = { { "Idempotency-Key", key } },
        });
        return response.IsSuccessStatusCode
            ? await response.Content.ReadFromJsonAsync<JsonElement>()
            : throw new HttpRequestException($"{path} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}", null, response.StatusCode);
    }

    /// <summary>Reads the order's events as they stream until one of this type has come.</summary>
    public async Task EventAsync(string orderId, string type)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/orders/{orderId}/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(timeout.Token));
        while (await reader.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line.Contains($"\"type\":\"{type}\"", StringComparison.Ordinal))
            {
                return;
            }
        }
    }

    /// <summary>The order's events so far.</summary>
    public async Task<IReadOnlyList<OrderEvent>> EventsAsync(string orderId)
    {
        var page = await http.GetFromJsonAsync<JsonElement>(new Uri($"/v1/orders/{orderId}/events", UriKind.Relative));
        var events = page.ValueKind == JsonValueKind.Array ? page : page.GetProperty("items");
        return [.. events.EnumerateArray().Select(published => new OrderEvent(
            published.GetProperty("id").GetString()!,
            published.GetProperty("source").GetString()!,
            published.GetProperty("type").GetString()!,
            orderId,
            published.GetProperty("time").GetDateTimeOffset(),
            published.GetProperty("data")))];
    }

    public async Task<JsonElement> OrderAsync(string orderId) =>
        await http.GetFromJsonAsync<JsonElement>(new Uri($"/v1/orders/{orderId}", UriKind.Relative));

    /// <summary>What the other teams' books say about one order.</summary>
    public async Task<JsonElement> BooksAsync(string orderId)
    {
        var line = await LineAsync("Other teams");
        var books = new Uri(new Uri(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]), $"/books?orderId={orderId}");
        return await http.GetFromJsonAsync<JsonElement>(books);
    }

    public Task<int> ExitCodeAsync() => process.ExitCodeAsync();

    /// <summary>Ctrl-C.</summary>
    public async Task<int> InterruptAsync()
    {
        await process.SignalAsync("INT");
        return await process.ExitCodeAsync();
    }

    public Task KillAsync() => process.KillAsync();

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        http.Dispose();
    }
}
