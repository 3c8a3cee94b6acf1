using System.Text.Json;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;

namespace OrderOrchestration.Tests.Storage;

/// <summary>Records to write in tests.</summary>
internal static class Orders
{
    /// <summary>The run that writes where a test says no other.</summary>
    public const string Run = "run-1";

    public static string NewId() => "o-" + Guid.NewGuid().ToString("N");

    public static OrderEvent Event(string orderId, string id, string type = "order.placed", string source = "/teams/order") =>
        new(id, source, type, orderId, DateTimeOffset.UnixEpoch.AddTicks(1_234_567), JsonSerializer.SerializeToElement(new { orderId, note = "한글" }));

    public static OrderNotification Notification(string orderId, string template = "order-placed", int sequence = 1) =>
        new($"{orderId}/notification/{template}/{sequence}", "m-1", template, JsonSerializer.SerializeToElement(new { orderId }));

    public static OrderRecord Record(Order order, long version, params string[] eventIds) =>
        new(order with { Version = version }, [.. eventIds.Select(id => Event(order.OrderId, id))], []);

    /// <summary>Writes as the order's only run.</summary>
    public static Task<RecordOutcome> WriteAsync(this IOrderStore store, OrderRecord record, CancellationToken cancellationToken) =>
        store.WriteAsync(record, Run, cancellationToken);
}
