using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace OrderOrchestration.Tests.Bench.Orders;

/// <summary>How long a caller waited in one order's life, milliseconds.</summary>
/// <param name="Post"><c>POST /v1/orders</c>, from its first byte to the order.</param>
/// <param name="Delivered">From the answer until the order is delivered.</param>
/// <param name="Confirmation"><c>POST …/confirmation</c>.</param>
/// <param name="Whole">From the first byte to <c>order.completed</c>.</param>
internal sealed record OrderTimes(double Post, double Delivered, double Confirmation, double Whole);

/// <summary>Plays one order from outside: placed by card, delivered, confirmed by its customer, until it is completed. Its events are read as they stream.</summary>
internal static class OrderLife
{
    public static async Task<OrderTimes> PlayAsync(HttpClient customer, string memberId, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var orderId = await PlaceAsync(customer, memberId, cancellationToken);
        var post = clock.Elapsed;

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/orders/{orderId}/events");
        request.Headers.Accept.Add(new("text/event-stream"));
        using var response = await customer.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using var events = new StreamReader(await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellationToken));
        await UntilAsync(events, "order.delivered", cancellationToken);
        var delivered = clock.Elapsed;

        using var confirmation = await SendAsync(customer, $"/v1/orders/{orderId}/confirmation", new { }, cancellationToken);
        await ReadAsync(confirmation, cancellationToken);
        var confirmed = clock.Elapsed;
        await UntilAsync(events, "order.completed", cancellationToken);
        return new OrderTimes(
            post.TotalMilliseconds, (delivered - post).TotalMilliseconds, (confirmed - delivered).TotalMilliseconds, clock.Elapsed.TotalMilliseconds);
    }

    public static async Task<string> PlaceAsync(HttpClient customer, string memberId, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(customer, "/v1/orders", OrderOf(memberId), cancellationToken);
        return (await ReadAsync(response, cancellationToken)).GetProperty("orderId").GetString()!;
    }

    /// <summary>Asks for an order and answers how that went.</summary>
    public static async Task<HttpStatusCode> TryPlaceAsync(HttpClient customer, string memberId, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(customer, "/v1/orders", OrderOf(memberId), cancellationToken);
        return response.StatusCode;
    }

    private static object OrderOf(string memberId) => new
    {
        memberId,
        lines = new[] { new { productId = "p-900", quantity = 1 } },
        shipTo = new { recipient = "김주문", phone = "010-1234-5678", postalCode = "06236", address1 = "서울 강남구 테헤란로 1" },
        payment = new { method = "card" },
    };

    private static async Task<HttpResponseMessage> SendAsync(HttpClient customer, string path, object body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return await customer.SendAsync(request, cancellationToken);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) => response.IsSuccessStatusCode
        ? await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)
        : throw new InvalidOperationException(
            $"{response.RequestMessage!.RequestUri}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");

    private static async Task UntilAsync(StreamReader events, string type, CancellationToken cancellationToken)
    {
        while (await events.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains($"\"type\":\"{type}\"", StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"the stream ended before {type}");
    }
}
