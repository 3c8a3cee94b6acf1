using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Pricing;
using Temporalio.Common;

namespace OrderOrchestration.Workflows.Recording;

/// <summary>The search attributes that an order's run is started with.</summary>
public static class StartAttributes
{
    /// <summary>
    /// The attributes of a new order, or of one that continues from the store. A new order starts with the status it is expected to reach, so that
    /// placing it costs no upsert.
    /// </summary>
    public static SearchAttributeCollection Of(Order order)
    {
        var attributes = new SearchAttributeCollection.Builder().Set(OrderSearchAttributes.NeedsAttention, order.Attentions.Exists(attention => attention.IsOpen()));
        if (order.Request.MemberId is { } memberId)
        {
            attributes.Set(OrderSearchAttributes.MemberId, memberId);
        }

        if (order.Attentions.Find(attention => attention.IsOpen()) is { } stuck)
        {
            attributes.Set(OrderSearchAttributes.Step, stuck.Step);
        }

        var quote = order.Quote
            ?? (order.Facts is { } facts ? OrderPricing.Quote(order.Request.Lines, facts, order.Request.Points, order.Policies) : null);
        attributes.Set(OrderSearchAttributes.Status, KebabCase.Name(order.Version > 0 || quote is null ? order.Status : RestingStatus(order.Request, quote)));
        return quote is null
            ? attributes.ToSearchAttributeCollection()
            : attributes.Set(OrderSearchAttributes.Payable, quote.Amounts.Payable.Amount).Set(OrderSearchAttributes.Sellers, SellersOf(quote)).ToSearchAttributeCollection();
    }

    /// <summary>The distinct sellers of an order.</summary>
    public static IReadOnlyCollection<string> SellersOf(OrderQuote quote) => [.. quote.Lines.Select(line => line.SellerId).Distinct(StringComparer.Ordinal)];

    private static OrderStatus RestingStatus(OrderRequest request, OrderQuote quote) =>
        quote.Amounts.Payable.Amount == 0 ? OrderStatus.Preparing
        : request.Payment is null ? OrderStatus.StockReserved
        : OrderStatus.AwaitingPayment;
}
