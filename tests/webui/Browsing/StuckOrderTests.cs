using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using OrderOrchestration.DevHost;
using static Microsoft.Playwright.Assertions;

namespace OrderOrchestration.Tests.WebUi.Browsing;

/// <summary>An operator's day: a real order of the real host is stuck; an operator finds, reads and recovers it from the Web UI alone.</summary>
public sealed class StuckOrderTests : PageTest
{
    private string directory = null!;
    private DevHostApplication host = null!;
    private HttpClient customer = null!;
    private HttpClient teams = null!;

    protected override Uri UiAddress => host.Endpoints.TemporalUi!;

    protected override Uri CodecAddress => new(host.Endpoints.Api, "dev/codec");

    [OneTimeSetUp]
    public async Task StartHostAsync()
    {
        directory = Directory.CreateTempSubdirectory("stuck-order-").FullName;
        string[] settings =
        [
            $"--Data:Directory={directory}", "--Urls=http://127.0.0.1:0", "--Demo:Enabled=false",
            "--Embedded:Temporal:Port=0", "--Embedded:Temporal:UiPort=0", "--Embedded:Partners:Port=0",
        ];
        host = await DevHostApplication.StartAsync(settings, _ => Task.CompletedTask, CancellationToken.None);
        teams = new HttpClient { BaseAddress = host.Endpoints.Partners };
        customer = new HttpClient { BaseAddress = host.Endpoints.Api };
        var token = await (await customer.PostAsJsonAsync("dev/tokens", new { sub = "m-1", role = "customer" })).Content.ReadFromJsonAsync<JsonElement>();
        customer.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("token").GetString());
    }

    [OneTimeTearDown]
    public async Task StopHostAsync()
    {
        customer?.Dispose();
        teams?.Dispose();
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public async Task An_operator_finds_a_stuck_order_reads_what_failed_and_what_each_choice_does_and_sends_recover()
    {
        await teams.PutAsJsonAsync("faults", new { rules = new[] { new { team = "product", path = "/stock-reservations/*/commit", status = 400 } } });
        var orderId = await PlaceAsync();
        await UntilAsync(orderId, order => order.TryGetProperty("attention", out var attention) && attention.ValueKind == JsonValueKind.Object);

        await Page.GotoAsync($"{NamespaceUrl}/workflows?query={Uri.EscapeDataString("`OrderNeedsAttention`=true")}");
        await Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = $"order-{orderId}" }).First.ClickAsync();
        await Page.GetByText("Current Details").ClickAsync();
        var details = Page.FrameLocator("iframe").Locator("body");
        await Expect(details.First).ToContainTextAsync("Waits for an operator (a-1): shipment, commit-stock");
        await Expect(details.First).ToContainTextAsync("Done so far");
        await Expect(details.First).ToContainTextAsync("compensate: cancels the order and gives back 33,000 won to the card");

        await teams.DeleteAsync(new Uri("faults", UriKind.Relative));
        var dialog = await OpenDialogAsync("update");
        await ChooseAsync(dialog, "update-select", "recover");
        await TypeJsonAsync(dialog, """{"action": "retry", "note": "the team is back", "by": "operator:kim"}""");
        await SubmitAsync(dialog);

        await Expect(Page.GetByText("Update successful")).ToBeVisibleAsync();
        var events = await customer.GetFromJsonAsync<JsonElement>($"v1/orders/{orderId}/events");
        var recovered = events.GetProperty("items").EnumerateArray().Single(one => one.GetProperty("type").GetString() == "order.recovered").GetProperty("data");
        Assert.That((recovered.GetProperty("by").GetString(), recovered.GetProperty("note").GetString()), Is.EqualTo(("operator:kim", "the team is back")));
        await UntilAsync(orderId, order => order.GetProperty("status").GetString() is "preparing" or "dispatching" or "shipping" or "delivered");
    }

    private async Task<string> PlaceAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/orders")
        {
            Content = JsonContent.Create(new
            {
                memberId = "m-1",
                lines = new[] { new { productId = "p-101", quantity = 2 } },
                shipTo = new { recipient = "김주문", phone = "010-1111-0001", postalCode = "06236", address1 = "서울시 강남구" },
                payment = new { method = "card" },
            }),
        };
        request.Headers.Add("Idempotency-Key", "stuck-order");
        using var answer = await customer.SendAsync(request);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("orderId").GetString()!;
    }

    private async Task UntilAsync(string orderId, Func<JsonElement, bool> isThere)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!isThere(await customer.GetFromJsonAsync<JsonElement>($"v1/orders/{orderId}", timeout.Token)))
        {
            await looks.WaitForNextTickAsync(timeout.Token);
        }
    }
}
