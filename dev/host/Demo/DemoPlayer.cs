using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OrderOrchestration.DevHost.Demo;

/// <summary>
/// Runs one order from placing to completion through the public API and prints each event: time, owner, type, and what the order waits for.
/// The purchase is confirmed by a call (구매 확정), because the automatic confirmation takes seven days.
/// </summary>
internal sealed class DemoPlayer(DemoApi api, Func<string, Task> print)
{
    private const string MemberId = "m-1";

    /// <summary>By event type: what the order waits for after the event.</summary>
    private static readonly Dictionary<string, string> WaitsFor = new()
    {
        ["order.payment-requested"] = "the payment team's answer, for 5 minutes (결제 타임아웃)",
        ["order.shipping-requested"] = "the warehouse",
        ["logistics.dispatched"] = "the courier",
        ["order.delivered"] = "the customer: keep or return; confirmed by itself after 7 days (자동 구매 확정)",
    };

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        api.ActAs(await api.CreateTokenAsync(MemberId, "customer", cancellationToken));
        var korean = await ReadEventNamesAsync(cancellationToken);
        var clock = Stopwatch.StartNew();

        await print($"A demonstration order: member {MemberId} orders two of p-100 by card.");
        var order = await api.PostAsync("/v1/orders", OrderBody(), cancellationToken);
        var orderId = order.GetProperty("orderId").GetString()!;
        await print($"  POST /v1/orders -> {orderId}, {Won(order)} to pay");

        await foreach (var @event in api.FollowAsync(orderId, cancellationToken))
        {
            var type = @event.GetProperty("type").GetString()!;
            await print(Line(clock.Elapsed, type, korean));
            if (type == "order.delivered")
            {
                await api.PostAsync($"/v1/orders/{orderId}/confirmation", new { }, cancellationToken);
                await print("  POST …/confirmation: the customer keeps the goods (구매 확정)");
            }

            if (await IsCompletedAsync(type, orderId, cancellationToken))
            {
                break;
            }
        }

        await print($"Order {orderId} is completed after {clock.Elapsed.TotalSeconds:F1} s. Its events: GET /v1/orders/{orderId}/events");
    }

    private static object OrderBody() => new
    {
        memberId = MemberId,
        lines = new[] { new { productId = "p-100", quantity = 2 } },
        shipTo = new { recipient = "김주문", phone = "010-1234-5678", postalCode = "06236", address1 = "서울 강남구 테헤란로 1", address2 = "101호" },
        deliveryNote = "문 앞에 놓아주세요",
        payment = new { method = "card" },
    };

    private static string Won(JsonElement order) =>
        string.Create(CultureInfo.InvariantCulture, $"{order.GetProperty("amounts").GetProperty("payable").GetInt64():N0} won");

    private static string Line(TimeSpan at, string type, Dictionary<string, string> korean)
    {
        var owner = type.Split('.')[0];
        var line = string.Create(CultureInfo.InvariantCulture, $"  {at.TotalSeconds,5:F1} s  {owner,-10} {type,-36} {korean.GetValueOrDefault(type)}");
        return WaitsFor.TryGetValue(type, out var whom) ? $"{line}{Environment.NewLine}           waits for {whom}" : line;
    }

    private async Task<Dictionary<string, string>> ReadEventNamesAsync(CancellationToken cancellationToken)
    {
        var catalogue = await api.GetAsync("/v1/event-types", cancellationToken);
        return catalogue.GetProperty("items").EnumerateArray()
            .ToDictionary(item => item.GetProperty("type").GetString()!, item => item.GetProperty("koreanName").GetString()!);
    }

    /// <summary>After completion the member team records the purchase. Its last event ends the demonstration.</summary>
    private async Task<bool> IsCompletedAsync(string type, string orderId, CancellationToken cancellationToken) =>
        type == "member.purchase-recorded"
        && (await api.GetAsync($"/v1/orders/{orderId}", cancellationToken)).GetProperty("status").GetString() == "completed";
}
