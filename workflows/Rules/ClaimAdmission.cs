using OrderOrchestration.Workflows.State;

namespace OrderOrchestration.Workflows.Rules;

/// <summary>Whether a member may take a guest's order over (hotspot 26); asked by the validator and again when the wish has its turn.</summary>
public static class ClaimAdmission
{
    public static Refusal? Claim(OrderState order) => order switch
    {
        { Request.MemberId: not null } => Refusal.Of(RefusalSlugs.AlreadyClaimed, "The order is a member's already.", new { order.OrderId }),
        { Attention: { } attention } => Refusal.Of(
            RefusalSlugs.OrderNeedsAttention, "A step of the order waits for an operator.", new { step = attention.Step }),
        _ => null,
    };
}
