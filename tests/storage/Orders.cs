using System.Text.Json;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Tests.Storage;

/// <summary>Orders to write in tests.</summary>
internal static class Orders
{
    public static string NewId() => "o-" + Guid.NewGuid().ToString("N");

    public static OrderView View(
        string orderId,
        string memberId = "m-1",
        OrderStatus status = OrderStatus.Placed,
        DateTimeOffset? createdAt = null,
        AttentionView? attention = null,
        string productId = "p-100",
        string sellerId = "s-1") => new()
        {
            OrderId = orderId,
            MemberId = memberId,
            Status = status,
            Amounts = new OrderAmounts(new Won(20_000), Won.Zero, Won.Zero, new Won(3_000), Won.Zero, new Won(23_000)),
            Lines = [new OrderLineView(productId, sellerId, "Ramen", 2, new Won(10_000), Won.Zero, new Won(20_000), 0)],
            Attention = attention,
            CreatedAt = createdAt ?? DateTimeOffset.UnixEpoch,
            UpdatedAt = createdAt ?? DateTimeOffset.UnixEpoch,
        };

    public static OrderEvent Event(string orderId, string id, string type = "order.placed", string source = "/teams/order") =>
        new(id, source, type, orderId, DateTimeOffset.UnixEpoch.AddTicks(1_234_567), JsonSerializer.SerializeToElement(new { orderId, note = "한글" }));

    public static OrderNotification Notification(string orderId, string template = "order-placed", int sequence = 1) =>
        new($"{orderId}/notification/{template}/{sequence}", "m-1", template, JsonSerializer.SerializeToElement(new { orderId }));

    public static OrderRecord Record(OrderView view, long version, params string[] eventIds) =>
        new(view, version, [.. eventIds.Select(id => Event(view.OrderId, id))], []);
}
