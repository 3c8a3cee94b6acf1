using System.Globalization;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Workflows.State;

/// <summary>Where an order stands in plain words: the workflow's current details in the Temporal Web UI. Never personal data.</summary>
public static class OrderStory
{
    public static string Tell(OrderState order) =>
        order.Attention is { } attention
            ? $"**Waits for an operator** at {attention.Step}: {attention.Error}. Possible: {string.Join(", ", attention.Actions)}."
            : TellStatus(order);

    private static string TellStatus(OrderState order) => order.Status switch
    {
        OrderStatus.Placed => "Being placed: coupon, points and stock are asked for.",
        OrderStatus.StockReserved => $"Stock is reserved until {Time(order.Reservation?.ExpiresAt)}; payment of {order.Payable} is not requested yet.",
        OrderStatus.AwaitingPayment => TellPayment(order),
        OrderStatus.Paid or OrderStatus.Confirmed => $"Paid {order.Payable}; goods are being asked for.",
        OrderStatus.Preparing or OrderStatus.Dispatching or OrderStatus.Shipping => TellShipments(order),
        OrderStatus.Delivered => $"Delivered; confirms itself at {Time(order.AutoConfirmAt)}.",
        OrderStatus.Completed => "Completed: the customer keeps the goods.",
        OrderStatus.Cancelled => $"Cancelled: {OrderSearchAttributes.Name(order.CancelReason ?? CancelReason.Operator)}{(order.Refusal is { } slug ? $" ({slug})" : string.Empty)}.",
        OrderStatus.PartiallyRefunded => "Partly refunded; the customer keeps the rest.",
        _ => "Refunded.",
    };

    private static string TellPayment(OrderState order) => order.OpenAttempt is { } attempt
        ? $"Waits for payment of {attempt.Amount}, attempt {attempt.Number} by {attempt.Method} until {Time(attempt.Deadline)}."
        : $"Waits for another payment attempt: {order.FailedAttempts} failed; stock is reserved until {Time(order.Reservation?.ExpiresAt)}.";

    private static string TellShipments(OrderState order) =>
        "On its way: " + string.Join("; ", order.Shipments.Select(shipment => $"{shipment.ShipmentId} {OrderSearchAttributes.Name(shipment.Status)}")) + ".";

    private static string Time(DateTimeOffset? at) =>
        at?.ToOffset(TimeSpan.FromHours(9)).ToString("yyyy-MM-dd HH:mm 'KST'", CultureInfo.InvariantCulture) ?? "it is answered";
}
