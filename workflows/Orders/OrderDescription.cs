using System.Globalization;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>The status of an order in plain words: the workflow's current details in the Temporal Web UI. Never personal data.</summary>
public static class OrderDescription
{
    /// <summary>Markdown.</summary>
    public static string Of(Order order)
    {
        var open = order.Attentions.Where(attention => attention.IsOpen()).ToList();
        return string.Join("\n\n", open.Select(attention => Describe(order, attention)).Append(Status(order)));
    }

    /// <summary>Describes an intervention for operators: the error, what was done so far, and the effect of each action.</summary>
    private static string Describe(Order order, Attention attention)
    {
        var choices = attention.Actions.Select(action => action switch
        {
            RecoveryActions.Retry => "- **retry**: calls again under the same idempotency key; a team that did it already says so.",
            RecoveryActions.Skip => "- **skip**: goes on without the step; neither money nor stock depends on it.",
            RecoveryActions.Compensate => $"- **compensate**: cancels the order and gives back {Describe(order.WhatCompensationGivesBack)}.",
            RecoveryActions.WriteOff => $"- **write-off** (with a note): {attention.EndMeans}.",
            _ => $"- **end**: {attention.EndMeans}.",
        });
        return $"""
            **Waits for an operator** (`{attention.AttentionId}`): {attention.Process}, `{attention.Step}`, since {Time(attention.Since)}.

            Failed: {attention.Error}

            Done so far: {string.Join("; ", CompletedSteps(order).DefaultIfEmpty("nothing that another team holds"))}.

            Send `recover` with one of:

            {string.Join('\n', choices)}
            """;
    }

    private static string Describe(CompensationView gives)
    {
        List<string> parts = [$"{gives.Card} to the card", $"{gives.Points.Amount:N0} points"];
        parts.AddRange(gives.Units.Select(line => $"{line.Quantity} × {line.ProductId}"));
        if (gives.CouponCode is { } code)
        {
            parts.Add("coupon " + code);
        }

        return string.Join(", ", parts);
    }

    private static IEnumerable<string> CompletedSteps(Order order)
    {
        if (order.Coupon is not (ResourceStatus.None or ResourceStatus.Released))
        {
            yield return $"coupon {order.Request.CouponCode} {(order.Coupon == ResourceStatus.Requested ? "perhaps " : string.Empty)}redeemed";
        }

        if (order.Points is not (ResourceStatus.None or ResourceStatus.Released))
        {
            yield return $"{order.Request.Points.Amount:N0} points {(order.Points == ResourceStatus.Requested ? "perhaps " : string.Empty)}used";
        }

        if (order.Stock.Status is not (StockStatus.None or StockStatus.Released))
        {
            yield return $"stock {KebabCase.Name(order.Stock.Status)}";
        }

        foreach (var attempt in order.Payments)
        {
            yield return $"payment attempt {attempt.Number} of {attempt.Amount} {KebabCase.Name(attempt.Status)}, {order.RefundedBy(attempt.Number)} of it refunded";
        }

        foreach (var shipment in order.Shipments)
        {
            yield return $"parcel {shipment.ShipmentId} {KebabCase.Name(shipment.Status)}";
        }

        foreach (var refund in order.Refunds)
        {
            yield return $"refund {Amounts(refund)} {KebabCase.Name(refund.Status)}";
        }
    }

    private static string Status(Order order)
    {
        var status = order.Status switch
        {
            OrderStatus.Placed => "Being placed: coupon, points and stock are asked for.",
            OrderStatus.StockReserved => $"Stock is reserved until {Time(order.Stock.ExpiresAt)}; payment of {order.Payable} is not requested yet.",
            OrderStatus.AwaitingPayment => Payment(order),
            OrderStatus.Paid or OrderStatus.Confirmed => $"Paid {order.Payable}; goods are being asked for.",
            OrderStatus.Preparing or OrderStatus.Dispatching or OrderStatus.Shipping => Shipments(order),
            OrderStatus.Delivered => $"Delivered; confirms itself at {Time(order.AutoConfirmAt)}.",
            OrderStatus.Completed => "Completed: the customer keeps the goods.",
            OrderStatus.Cancelled => $"Cancelled: {KebabCase.Name(order.Cancellation!.Reason)}{(order.Cancellation.Refusal is { } slug ? $" ({slug})" : string.Empty)}.",
            OrderStatus.PartiallyRefunded => "Partly refunded; the customer keeps the rest.",
            _ => "Refunded.",
        };
        var open = order.Refunds.Where(refund => refund.IsOpen()).Select(Describe)
            .Concat(order.Exchanges.Where(exchange => exchange.IsOpen()).Select(Describe));
        return string.Join("\n\n", PendingCancellation(order).Concat(open).Prepend(status));
    }

    private static IEnumerable<string> PendingCancellation(Order order) => order.IsCancellationPending
        ? [$"Cancellation requested ({KebabCase.Name(order.Cancellation!.Reason)}): cancelled as soon as logistics has stopped the parcels."]
        : [];

    private static string Describe(Refund refund) => $"Refund {Amounts(refund)}: {KebabCase.Name(refund.Status)}.";

    private static string Amounts(Refund refund) =>
        $"{refund.RefundId} ({refund.Reason}) of {refund.Amount.Card} and {refund.Amount.Points.Amount:N0} points";

    private static string Describe(Exchange exchange) => $"Exchange {exchange.ExchangeId} ({exchange.Reason}): {KebabCase.Name(exchange.Status)}.";

    private static string Payment(Order order) => order.OpenAttempt is { } attempt
        ? $"Waits for payment of {attempt.Amount}, attempt {attempt.Number} by {attempt.Method} until {Time(attempt.Deadline)}."
        : $"Waits for another payment attempt: {order.FailedAttempts} failed; stock is reserved until {Time(order.Stock.ExpiresAt)}.";

    private static string Shipments(Order order) =>
        "On its way: " + string.Join("; ", order.Shipments.Select(shipment => $"{shipment.ShipmentId} {KebabCase.Name(shipment.Status)}")) + ".";

    private static string Time(DateTimeOffset? at) =>
        at?.ToOffset(TimeSpan.FromHours(9)).ToString("yyyy-MM-dd HH:mm 'KST'", CultureInfo.InvariantCulture) ?? "it is answered";
}
