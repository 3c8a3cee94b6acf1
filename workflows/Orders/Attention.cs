namespace OrderOrchestration.Workflows.Orders;

/// <summary>A manual intervention: a step of a process that waits for an operator.</summary>
/// <param name="ProcessKey">Which of the order's processes: <c>return/r-1</c>.</param>
/// <param name="Error">What failed, in plain words; never personal data.</param>
public sealed record Attention(
    string AttentionId, string Process, string ProcessKey, string Step, string Error, IReadOnlyList<string> Actions, DateTimeOffset Since)
{
    /// <summary>The action that the operator chose; the process has not acted on it yet.</summary>
    public string? Resolution { get; init; }

    public string? ResolvedBy { get; init; }

    public string? Note { get; init; }

    /// <summary>The consequence of <c>end</c> or <c>write-off</c> for money, points and units.</summary>
    public string? EndMeans { get; init; }

    public bool IsOpen() => Resolution is null;
}

/// <summary>The processes of an order, as operators see them (contract §1).</summary>
public static class ProcessNames
{
    public const string Placing = "placing";
    public const string Paying = "paying";
    public const string Shipment = "shipment";
    public const string Return = "return";
    public const string Exchange = "exchange";
    public const string Cancelling = "cancelling";
    public const string Rewarding = "rewarding";
    public const string Claiming = "claiming";
}
