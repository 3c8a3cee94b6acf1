using System.Globalization;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Workflows.State;

/// <summary>Where an order stands in plain words: the workflow's current details in the Temporal Web UI. Never personal data.</summary>
public static class OrderStory
{
    public static string Tell(OrderState order) => order.Attention is { } attention ? TellAttention(order, attention) : TellStatus(order);

    /// <summary>What an operator reads before choosing: what failed, what was done so far, and what each choice would do.</summary>
    private static string TellAttention(OrderState order, AttentionView attention)
    {
        var choices = attention.Actions.Select(action => action switch
        {
            "retry" => "- **retry**: takes the step again under the same idempotency key; a team that did it already says so.",
            "skip" => "- **skip**: goes on without the step; neither money nor stock depends on it.",
            _ => $"- **compensate**: cancels the order and gives back {TellCompensation(attention.Compensation!)}.",
        });
        return $"""
            **Waits for an operator** at `{attention.Step}` since {Time(attention.Since)}.

            Failed: {attention.Error}

            Done so far: {string.Join("; ", DoneSoFar(order).DefaultIfEmpty("nothing that another team holds"))}.

            Send `recover` with one of:

            {string.Join('\n', choices)}
            """;
    }

    private static string TellCompensation(CompensationView gives)
    {
        List<string> parts = [$"{gives.Card} to the card", $"{gives.Points.Amount:N0} points"];
        parts.AddRange(gives.Units.Select(line => $"{line.Quantity} × {line.ProductId}"));
        if (gives.CouponCode is { } code)
        {
            parts.Add("coupon " + code);
        }

        return string.Join(", ", parts);
    }

    private static IEnumerable<string> DoneSoFar(OrderState order)
    {
        if (order.Coupon is not (Hold.None or Hold.GivenBack))
        {
            yield return $"coupon {order.Request.CouponCode} {(order.Coupon == Hold.Asked ? "perhaps " : string.Empty)}redeemed";
        }

        if (order.Points is not (Hold.None or Hold.GivenBack))
        {
            yield return $"{order.Request.Points.Amount:N0} points {(order.Points == Hold.Asked ? "perhaps " : string.Empty)}used";
        }

        if (order.Stock is not (Hold.None or Hold.GivenBack))
        {
            yield return $"stock {OrderSearchAttributes.Name(order.Stock)}";
        }

        foreach (var attempt in order.Payments)
        {
            yield return $"payment attempt {attempt.Number} of {attempt.Amount} {OrderSearchAttributes.Name(attempt.Status)}, {attempt.Refunded} of it refunded";
        }

        foreach (var shipment in order.Shipments)
        {
            yield return $"parcel {shipment.ShipmentId} {OrderSearchAttributes.Name(shipment.Status)}";
        }

        foreach (var refund in order.Refunds)
        {
            yield return TellRefund(refund);
        }
    }

    private static string TellStatus(OrderState order)
    {
        var status = order.Status switch
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
        var returns = order.Refunds.Where(refund => refund.IsOpen).Select(TellRefund)
            .Concat(order.Exchanges.Where(exchange => exchange.IsOpen).Select(TellExchange));
        return string.Join("\n\n", returns.Prepend(status));
    }

    private static string TellRefund(Refund refund) =>
        $"Refund {refund.RefundId} ({refund.Reason}) of {refund.Card} and {refund.Points.Amount:N0} points: {OrderSearchAttributes.Name(refund.Status)}.";

    private static string TellExchange(Exchange exchange) =>
        $"Exchange {exchange.ExchangeId} ({exchange.Reason}): {OrderSearchAttributes.Name(exchange.Status)}.";

    private static string TellPayment(OrderState order) => order.OpenAttempt is { } attempt
        ? $"Waits for payment of {attempt.Amount}, attempt {attempt.Number} by {attempt.Method} until {Time(attempt.Deadline)}."
        : $"Waits for another payment attempt: {order.FailedAttempts} failed; stock is reserved until {Time(order.Reservation?.ExpiresAt)}.";

    private static string TellShipments(OrderState order) =>
        "On its way: " + string.Join("; ", order.Shipments.Select(shipment => $"{shipment.ShipmentId} {OrderSearchAttributes.Name(shipment.Status)}")) + ".";

    private static string Time(DateTimeOffset? at) =>
        at?.ToOffset(TimeSpan.FromHours(9)).ToString("yyyy-MM-dd HH:mm 'KST'", CultureInfo.InvariantCulture) ?? "it is answered";
}
