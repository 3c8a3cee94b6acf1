using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows;

/// <summary>
/// 비회원 주문 소급 (hotspot 26): the update <c>claim</c> makes a guest's order a member's, once. It waits its turn like every wish, so a completion is either
/// before it (the reward is given now) or after it (the completion rewards the member): never both. Refused: <c>already-claimed</c>,
/// <c>order-needs-attention</c>. An order whose workflow has ended is claimed by <c>GuestClaimWorkflow</c>.
/// </summary>
public sealed partial class OrderWorkflow
{
    [WorkflowUpdate("claim", Description = "A member takes over the order it placed as a guest.")]
    public Task<OrderView> ClaimAsync(ClaimCommand command) => AskAsync(command);

    [WorkflowUpdateValidator(nameof(ClaimAsync))]
    public void ValidateClaim(ClaimCommand command) => Admit(ClaimAdmission.Claim(state));

    private async Task<Refusal?> ClaimOnWishAsync(ClaimCommand claim)
    {
        if (ClaimAdmission.Claim(state) is { } refusal)
        {
            return refusal;
        }

        state = state.ClaimedBy(claim);
        Workflow.UpsertTypedSearchAttributes(OrderSearchAttributes.MemberId.ValueSet(claim.MemberId));
        if (state.CompletedAt is not null)
        {
            await RewardAsync();
            return null;
        }

        var record = TakeRecord();
        stepTaken = true;
        await Workflow.ExecuteActivityAsync((IOrderSteps own) => own.RecordOrderAsync(record), OrderStep.Record.Options(patience: null));
        return null;
    }
}
