using System.Collections.Frozen;
using System.Text;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Schedules.Spec;

namespace EmbeddedTemporal.Matching;

/// <summary>Where tasks without a pin go that a queue holds, and which versions poll it (real server: CalculateTaskQueueVersioningInfo).</summary>
internal sealed record QueueRouting
{
    public static QueueRouting None { get; } = new();

    /// <summary>Gets the current version, null for workers without one.</summary>
    public WorkerVersion? Current { get; init; }

    public long CurrentRevision { get; init; }

    /// <summary>Gets when the current version last changed (UTC).</summary>
    public DateTime CurrentTime { get; init; }

    /// <summary>Gets a value indicating whether a share of the workflows goes to <see cref="Ramping"/>, which may be the workers without a version.</summary>
    public bool IsRamping { get; init; }

    public WorkerVersion? Ramping { get; init; }

    /// <summary>Gets the share of workflow ids, 0 to 100, that goes to the ramping version.</summary>
    public float RampPercentage { get; init; }

    public long RampingRevision { get; init; }

    public DateTime RampingTime { get; init; }

    /// <summary>Gets the versions whose workers have polled the queue.</summary>
    public FrozenSet<WorkerVersion> Members { get; init; } = [];

    /// <summary>Answers the version that a workflow id is routed to, and the revision of the routing that says so.</summary>
    public (WorkerVersion? Version, long Revision) Target(string workflowId, bool usesRampingVersion)
    {
        var toRamping = (usesRampingVersion && Ramping is not null)
            || (IsRamping && RampPercentage > 0 && (RampPercentage >= 100 || Threshold(workflowId) <= RampPercentage));
        return toRamping ? (Ramping, RampingRevision) : (Current, CurrentRevision);
    }

    /// <summary>A workflow id stays on its side of the ramp: the same hash as the real server's, so that the same ids go first.</summary>
    private static double Threshold(string workflowId) =>
        100 * (FarmHash.Fingerprint32(Encoding.UTF8.GetBytes(workflowId)) / ((double)uint.MaxValue + 1));
}
