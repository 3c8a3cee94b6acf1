using OrderOrchestration.Workflows.Pricing;
using Temporalio.Common;

namespace OrderOrchestration.Workflows.Messages;

/// <summary>What orders are found by in Temporal (contract §3). A starter sets them; the workflow upserts them when it changes course.</summary>
public static class OrderSearchAttributes
{
    public static SearchAttributeKey<string> Status { get; } = SearchAttributeKey.CreateKeyword("OrderStatus");

    public static SearchAttributeKey<string> MemberId { get; } = SearchAttributeKey.CreateKeyword("OrderMemberId");

    /// <summary>The step that waits for an operator.</summary>
    public static SearchAttributeKey<string> Step { get; } = SearchAttributeKey.CreateKeyword("OrderStep");

    public static SearchAttributeKey<bool> NeedsAttention { get; } = SearchAttributeKey.CreateBool("OrderNeedsAttention");

    /// <summary>What is paid by card, won.</summary>
    public static SearchAttributeKey<long> Payable { get; } = SearchAttributeKey.CreateLong("OrderPayable");

    public static SearchAttributeKey<IReadOnlyCollection<string>> Sellers { get; } = SearchAttributeKey.CreateKeywordList("OrderSellers");

    /// <summary>
    /// The attributes an order starts with. Its status is the one it will come to rest in, so that a placed order costs no upsert.
    /// </summary>
    public static SearchAttributeCollection AtStart(OrderInput input)
    {
        var attributes = new SearchAttributeCollection.Builder().Set(NeedsAttention, false);
        if (input.Request.MemberId is { } memberId)
        {
            attributes.Set(MemberId, memberId);
        }

        if (input.Facts is null)
        {
            return attributes.Set(Status, Name(OrderStatus.Placed)).ToSearchAttributeCollection();
        }

        var quote = OrderPricing.Quote(input.Request.Lines, input.Facts, input.Request.Points, input.Policies);
        return attributes
            .Set(Status, Name(RestingStatus(input.Request, quote)))
            .Set(Payable, quote.Amounts.Payable.Amount)
            .Set(Sellers, SellersOf(quote))
            .ToSearchAttributeCollection();
    }

    /// <summary>The sellers of an order, each once.</summary>
    public static IReadOnlyCollection<string> SellersOf(OrderQuote quote) => [.. quote.Lines.Select(line => line.SellerId).Distinct(StringComparer.Ordinal)];

    /// <summary>A status or a reason as it is written everywhere: kebab-case.</summary>
    public static string Name<T>(T word)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString());

    private static OrderStatus RestingStatus(OrderRequest request, OrderQuote quote) =>
        quote.Amounts.Payable.Amount == 0 ? OrderStatus.Preparing
        : request.Payment is null ? OrderStatus.StockReserved
        : OrderStatus.AwaitingPayment;
}
