using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Workflows.State;

/// <summary>A guest's order that became a member's.</summary>
public sealed partial record OrderState
{
    /// <summary>Who claimed the order; absent where nobody did. What was priced stays as it was priced for a guest.</summary>
    public ClaimCommand? Claim { get; init; }

    /// <summary>The birthday that counts for the accrual: the claimant's, or the member's as it was when the order was priced.</summary>
    public DateOnly? Birthday => Claim?.Birthday ?? Member?.Birthday;

    /// <summary>From now on the order is the member's: who is notified, who accrues.</summary>
    public OrderState ClaimedBy(ClaimCommand claim) => this with
    {
        Request = Request with { MemberId = claim.MemberId, Guest = null },
        Claim = claim,
    };
}
