using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Lifecycle;

/// <summary>Upserts the search attributes that operators use. Each upsert is billed, so only changed values are sent.</summary>
internal static class SearchAttributeUpdates
{
    /// <summary>Updates the status once per phase, and whenever a step waits for an operator.</summary>
    public static void Show(Order order)
    {
        List<SearchAttributeUpdate> updates = [];
        var status = KebabCase.Name(order.Status);
        var isPhase = order.IsClosed || order.Status == OrderStatus.Preparing;
        var stuck = order.Attentions.Find(attention => attention.IsOpen());
        var shown = Workflow.TypedSearchAttributes;
        if ((isPhase || stuck is not null) && (!shown.TryGetValue(OrderSearchAttributes.Status, out var shownStatus) || shownStatus != status))
        {
            updates.Add(OrderSearchAttributes.Status.ValueSet(status));
        }

        if (shown.TryGetValue(OrderSearchAttributes.NeedsAttention, out var needed) ? needed != stuck is not null : stuck is not null)
        {
            updates.Add(OrderSearchAttributes.NeedsAttention.ValueSet(stuck is not null));
        }

        var step = shown.TryGetValue(OrderSearchAttributes.Step, out var shownStep) ? shownStep : null;
        if (step != stuck?.Step)
        {
            updates.Add(stuck is null ? OrderSearchAttributes.Step.ValueUnset() : OrderSearchAttributes.Step.ValueSet(stuck.Step));
        }

        if (order.Claim is { } claim && (!shown.TryGetValue(OrderSearchAttributes.MemberId, out var memberId) || memberId != claim.MemberId))
        {
            updates.Add(OrderSearchAttributes.MemberId.ValueSet(claim.MemberId));
        }

        if (updates.Count > 0)
        {
            Workflow.UpsertTypedSearchAttributes([.. updates]);
        }
    }
}
