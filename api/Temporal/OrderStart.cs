using OrderOrchestration.Workflows.Messages;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Common;

namespace OrderOrchestration.Api.Temporal;

/// <summary>How an order's workflow is started: once per order id, with all that an operator searches by set from the beginning.</summary>
internal static class OrderStart
{
    public static WorkflowOptions Options(OrderInput input) => new(OrderTemporal.WorkflowId(input.Request.OrderId), OrderTemporal.TaskQueue)
    {
        IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting,
        IdReusePolicy = WorkflowIdReusePolicy.RejectDuplicate,
        StaticSummary = Summary(input),
        TypedSearchAttributes = OrderSearchAttributes.AtStart(input),
    };

    /// <summary>A claim on a closed order: once an order, whoever asks.</summary>
    public static WorkflowOptions Options(ClaimInput input) => new(ClaimTemporal.WorkflowId(input.OrderId), OrderTemporal.TaskQueue)
    {
        IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting,
        IdReusePolicy = WorkflowIdReusePolicy.RejectDuplicate,
        StaticSummary = $"A member claims the guest's order {input.OrderId}",
        TypedSearchAttributes = new SearchAttributeCollection.Builder()
            .Set(OrderSearchAttributes.MemberId, input.Claim.MemberId)
            .ToSearchAttributeCollection(),
    };

    private static string Summary(OrderInput input)
    {
        var units = input.Request.Lines.Sum(line => line.Quantity);
        return $"Order {input.Request.OrderId}: {units} unit(s) of {input.Request.Lines.Count} product(s)";
    }
}
