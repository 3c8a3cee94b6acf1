using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>The cancellation of a whole order (주문 취소).</summary>
public sealed record Cancellation(CancelReason Reason, string By, string Text, DateTimeOffset RequestedAt)
{
    /// <summary>When it was decided; absent while logistics is asked to stop the parcels (hotspot 16).</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>The rule that refused the order, where the reason is <see cref="CancelReason.Refused"/>.</summary>
    public string? Refusal { get; init; }
}

/// <summary>The member's reward for a completed purchase (구매 확정 시 적립).</summary>
public sealed record Reward
{
    public RewardStatus Status { get; init; }

    /// <summary>Whether the points are accrued although the purchase is not recorded yet.</summary>
    public bool Accrued { get; init; }
}

/// <summary>The status of a reward.</summary>
public enum RewardStatus
{
    /// <summary>Nothing is due: the order is not completed yet, or is a guest's.</summary>
    None,
    Due,
    Done,

    /// <summary>An operator skipped it.</summary>
    Skipped,
}
