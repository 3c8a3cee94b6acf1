namespace OrderOrchestration.Partners.Teams;

/// <summary>The status of a payout.</summary>
public enum PayoutState
{
    /// <summary>With the bank.</summary>
    Requested,

    /// <summary>Paid.</summary>
    Completed,

    /// <summary>The bank refused it.</summary>
    Failed,
}
