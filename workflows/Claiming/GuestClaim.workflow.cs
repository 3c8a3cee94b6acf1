using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Claiming;

/// <summary>
/// A member claims a guest's order whose own workflow has ended (비회원 주문 소급, hotspot 26). There is one such workflow for an order, ever: it looks
/// whose the order is, makes it the member's, and accrues what a completed one earns. An order that still runs is claimed by its update <c>claim</c>.
/// </summary>
[Workflow(ClaimTemporal.WorkflowType)]
public sealed class GuestClaimWorkflow
{
    /// <summary>Answers whose the order is now.</summary>
    [WorkflowRun]
    public async Task<ClaimOutcome> RunAsync(ClaimInput input)
    {
        // Read only now: the order's last record is there once its workflow has ended, and tells whether somebody claimed it while it ran.
        var stored = await Workflow.ExecuteActivityAsync(
            (IClaimSteps own) => own.ReadOrderAsync(input.OrderId), OrderStep.ReadOrder.Options(patience: null));
        if (stored.View.MemberId is { } owner)
        {
            return new ClaimOutcome(owner, WishId: null);
        }

        var record = ClosedOrderClaim.Record(stored, input, Workflow.UtcNow);
        if (ClosedOrderClaim.Reward(record, stored, input, Workflow.UtcNow) is { } reward)
        {
            await Workflow.ExecuteActivityAsync(
                (IMemberSteps team) => team.RecordPurchaseAsync(reward), OrderStep.RecordPurchase.Options(patience: null));
        }
        else
        {
            await Workflow.ExecuteActivityAsync((IOrderSteps own) => own.RecordOrderAsync(record), OrderStep.Record.Options(patience: null));
        }

        return new ClaimOutcome(input.Claim.MemberId, input.WishId);
    }
}
