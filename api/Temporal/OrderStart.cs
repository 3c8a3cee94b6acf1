using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Pricing;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Common;

namespace OrderOrchestration.Api.Temporal;

/// <summary>How an order's workflow is started: once per order id, with all that an operator searches by set from the beginning.</summary>
internal static class OrderStart
{
    private static readonly SearchAttributeKey<string> Status = SearchAttributeKey.CreateKeyword("OrderStatus");
    private static readonly SearchAttributeKey<string> MemberId = SearchAttributeKey.CreateKeyword("OrderMemberId");
    private static readonly SearchAttributeKey<bool> NeedsAttention = SearchAttributeKey.CreateBool("OrderNeedsAttention");
    private static readonly SearchAttributeKey<long> Payable = SearchAttributeKey.CreateLong("OrderPayable");
    private static readonly SearchAttributeKey<IReadOnlyCollection<string>> Sellers = SearchAttributeKey.CreateKeywordList("OrderSellers");

    public static WorkflowOptions Options(OrderInput input) => new(OrderTemporal.WorkflowId(input.Request.OrderId), OrderTemporal.TaskQueue)
    {
        IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting,
        IdReusePolicy = WorkflowIdReusePolicy.RejectDuplicate,
        StaticSummary = Summary(input),
        TypedSearchAttributes = Attributes(input),
    };

    private static string Summary(OrderInput input)
    {
        var units = input.Request.Lines.Sum(line => line.Quantity);
        return $"Order {input.Request.OrderId}: {units} unit(s) of {input.Request.Lines.Count} product(s)";
    }

    // The status set here is the one the order rests in while it waits to be paid; setting it again on the way there would cost an action.
    private static SearchAttributeCollection Attributes(OrderInput input)
    {
        var attributes = new SearchAttributeCollection.Builder()
            .Set(Status, "awaiting-payment")
            .Set(NeedsAttention, false);
        if (input.Request.MemberId is { } memberId)
        {
            attributes.Set(MemberId, memberId);
        }

        if (input.Facts is { } facts)
        {
            var quote = OrderPricing.Quote(input.Request.Lines, facts, input.Request.Points, input.Policies);
            attributes.Set(Payable, quote.Amounts.Payable.Amount);
            attributes.Set(Sellers, [.. quote.Lines.Select(line => line.SellerId).Distinct(StringComparer.Ordinal)]);
        }

        return attributes.ToSearchAttributeCollection();
    }
}
