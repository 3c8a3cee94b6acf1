using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace OrderOrchestration.Tests.Operation.Observing;

/// <summary>One order from placing to delivery through the public API.</summary>
internal static class DemoOrder
{
    public static readonly object Body = new
    {
        memberId = "m-1",
        lines = new[] { new { productId = "p-100", quantity = 1 } },
        shipTo = new { recipient = "김주문", phone = "010-1234-5678", postalCode = "06236", address1 = "서울 강남구 테헤란로 1" },
        payment = new { method = "card" },
    };

    /// <summary>Answers the order's id once its parcel has arrived.</summary>
    public static async Task<string> PlayAsync(Uri api, CancellationToken cancellationToken)
    {
        using var http = await ClientAsync(api, cancellationToken);
        var orderId = await PlaceAsync(http, cancellationToken);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await StatusAsync(http, orderId, cancellationToken) != "delivered")
        {
            await looks.WaitForNextTickAsync(cancellationToken);
        }

        return orderId;
    }

    public static async Task<HttpClient> ClientAsync(Uri api, CancellationToken cancellationToken, string role = "customer")
    {
        var http = new HttpClient { BaseAddress = api };
        using var token = await http.PostAsJsonAsync("/dev/tokens", new { sub = "m-1", role }, cancellationToken);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (await token.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("token").GetString());
        return http;
    }

    public static async Task<string> PlaceAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/orders") { Content = JsonContent.Create(Body) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var response = await http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text).GetProperty("orderId").GetString()!
            : throw new HttpRequestException($"{(int)response.StatusCode}: {text}");
    }

    public static async Task<string?> StatusAsync(HttpClient http, string orderId, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri($"/v1/orders/{orderId}", UriKind.Relative), cancellationToken);
        return response.IsSuccessStatusCode
            ? (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("status").GetString()
            : null;
    }
}
