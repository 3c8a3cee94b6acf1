using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace OrderOrchestration.Tests.Operation.Support;

/// <summary>An order and the token that opens it.</summary>
internal sealed record PlacedGuestOrder(string OrderId, string Token);

/// <summary>Guests' orders through the public API: nobody has to log in where nobody issues tokens.</summary>
internal static class GuestOrders
{
    private static int guests;

    /// <summary>Places an order; a request that was cut off is repeated under its key, as the contract asks of callers.</summary>
    public static async Task<PlacedGuestOrder> PlaceAsync(HttpClient http, string api, string key, CancellationToken cancellationToken)
    {
        var phone = $"010-2000-{Interlocked.Increment(ref guests):0000}";
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (true)
        {
            var (status, text) = await TryPlaceAsync(http, api, key, phone, cancellationToken);
            if (status is HttpStatusCode.Created or HttpStatusCode.Accepted)
            {
                var order = JsonSerializer.Deserialize<JsonElement>(text);
                return new PlacedGuestOrder(order.GetProperty("orderId").GetString()!, order.GetProperty("guestToken").GetString()!);
            }

            Assert.That(status, Is.AnyOf(HttpStatusCode.Conflict, HttpStatusCode.ServiceUnavailable), text);
            await again.WaitForNextTickAsync(cancellationToken);
        }
    }

    public static async Task<string?> StatusAsync(HttpClient http, string api, PlacedGuestOrder order, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{api}/v1/orders/{order.OrderId}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", order.Token);
        using var response = await http.SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode
            ? (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("status").GetString()
            : null;
    }

    private static async Task<(HttpStatusCode Status, string Text)> TryPlaceAsync(HttpClient http, string api, string key, string phone, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{api}/v1/orders")
        {
            Content = JsonContent.Create(new
            {
                guest = new { name = "김손님", phone, email = "guest@example.com" },
                lines = new[] { new { productId = "p-100", quantity = 1 } },
                shipTo = new { recipient = "김손님", phone = "010-1234-5678", postalCode = "06236", address1 = "서울 강남구 테헤란로 1" },
                payment = new { method = "card" },
            }),
        };
        request.Headers.Add("Idempotency-Key", key);
        using var response = await http.SendAsync(request, cancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
    }
}
