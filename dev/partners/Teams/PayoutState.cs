namespace OrderOrchestration.Partners.Teams;

/// <summary>The status of a payout.</summary>
public enum PayoutState
{
    /// <summary>Submitted to the bank.</summary>
    Requested,

    /// <summary>Paid.</summary>
    Completed,

    /// <summary>Rejected by the bank.</summary>
    Failed,
}
