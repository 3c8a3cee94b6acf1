using Temporalio.Common;

namespace OrderOrchestration.Workflows.Messages;

/// <summary>Search attributes of orders in Temporal (contract §3). A starter sets them; the workflow upserts them when the status changes.</summary>
public static class OrderSearchAttributes
{
    public static SearchAttributeKey<string> Status { get; } = SearchAttributeKey.CreateKeyword("OrderStatus");

    public static SearchAttributeKey<string> MemberId { get; } = SearchAttributeKey.CreateKeyword("OrderMemberId");

    /// <summary>The oldest step that waits for an operator.</summary>
    public static SearchAttributeKey<string> Step { get; } = SearchAttributeKey.CreateKeyword("OrderStep");

    public static SearchAttributeKey<bool> NeedsAttention { get; } = SearchAttributeKey.CreateBool("OrderNeedsAttention");

    /// <summary>The amount to pay by card, won.</summary>
    public static SearchAttributeKey<long> Payable { get; } = SearchAttributeKey.CreateLong("OrderPayable");

    public static SearchAttributeKey<IReadOnlyCollection<string>> Sellers { get; } = SearchAttributeKey.CreateKeywordList("OrderSellers");
}
