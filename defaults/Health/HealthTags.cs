namespace OrderOrchestration.ServiceDefaults.Health;

/// <summary>What a check counts for.</summary>
internal static class HealthTags
{
    public const string Ready = "ready";

    /// <summary>How long a check may take before it counts as failed: shorter than a probe's timeout.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
}
