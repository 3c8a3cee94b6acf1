namespace OrderOrchestration.Workflows.Messages;

/// <summary>Fixed Temporal names of a claim on an order whose own workflow has ended.</summary>
public static class ClaimTemporal
{
    public const string WorkflowType = "GuestClaimWorkflow";

    /// <summary>One order is claimed once: the id is the order's.</summary>
    public static string WorkflowId(string orderId) => "claim-" + orderId;
}

/// <summary>Argument of the update <c>claim</c>: the member that takes a guest's order over, as the member team knows it.</summary>
public sealed record ClaimCommand(string MemberId, string Tier, DateOnly? Birthday);

/// <summary>What a claim on a closed order is started with.</summary>
/// <param name="WishId">Names the member's wish, so that the one whose wish it was is told so, however often it asks.</param>
/// <param name="Policies">The policies that the order was placed under.</param>
public sealed record ClaimInput(string OrderId, string WishId, ClaimCommand Claim, OrderPolicies Policies);

/// <summary>Whose the order is now. <paramref name="WishId"/> is absent where it was somebody's already.</summary>
public sealed record ClaimOutcome(string MemberId, string? WishId);

/// <summary>An order as the store has it, with the version that the next view must pass.</summary>
public sealed record StoredOrder(OrderView View, long Version);
