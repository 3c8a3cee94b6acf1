using System.Text.Json;
using System.Text.Json.Nodes;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Api.Placing;

/// <summary>Answers to a placed order.</summary>
internal static class PlacedOrder
{
    /// <summary>The order and, for a guest, the token that opens it.</summary>
    public static JsonObject Answer(OrderView order, string? guestToken)
    {
        var answer = JsonSerializer.SerializeToNode(order, OrderJson.Options)!.AsObject();
        if (guestToken is not null)
        {
            answer["guestToken"] = guestToken;
        }

        return answer;
    }

    /// <summary>An order that was accepted and not decided yet: what the customer asked for, priced where the facts are known.</summary>
    public static OrderView Pending(OrderInput input)
    {
        var request = input.Request;
        var quote = input.Facts is { } facts ? OrderPricing.Quote(request.Lines, facts, request.Points, input.Policies) : null;
        var unpriced = OrderPricing.Merge(request.Lines)
            .Select(line => new OrderLineView(line.ProductId, "", "", line.Quantity, Won.Zero, Won.Zero, Won.Zero, 0));
        var priced = quote?.Lines.Select(line => new OrderLineView(
            line.ProductId, line.SellerId, line.Name, line.Quantity, line.UnitPrice, line.Discount, line.Paid, 0));
        return new OrderView
        {
            OrderId = request.OrderId,
            MemberId = request.MemberId,
            Status = OrderStatus.Placed,
            Amounts = quote?.Amounts ?? new OrderAmounts(Won.Zero, Won.Zero, Won.Zero, Won.Zero, request.Points, Won.Zero),
            Lines = [.. priced ?? unpriced],
            ShipTo = request.ShipTo,
            DeliveryNote = request.DeliveryNote,
            CreatedAt = input.RequestedAt,
            UpdatedAt = input.RequestedAt,
        };
    }
}
