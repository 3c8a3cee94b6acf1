using System.Collections.Frozen;
using System.Text;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Schedules.Spec;

namespace EmbeddedTemporal.Matching;

/// <summary>The routing of a queue's unpinned tasks, and the versions that poll it (real server: CalculateTaskQueueVersioningInfo).</summary>
internal sealed record QueueRouting
{
    public static QueueRouting None { get; } = new();

    /// <summary>Gets the current version, null for unversioned workers.</summary>
    public WorkerVersion? Current { get; init; }

    public long CurrentRevision { get; init; }

    /// <summary>Gets the time of the last change of the current version (UTC).</summary>
    public DateTime CurrentTime { get; init; }

    /// <summary>Gets a value indicating whether a percentage of the workflows goes to <see cref="Ramping"/>, which can be unversioned workers.</summary>
    public bool IsRamping { get; init; }

    public WorkerVersion? Ramping { get; init; }

    /// <summary>Gets the percentage of workflow ids, 0 to 100, that goes to the ramping version.</summary>
    public float RampPercentage { get; init; }

    public long RampingRevision { get; init; }

    public DateTime RampingTime { get; init; }

    /// <summary>Gets the versions whose workers have polled the queue.</summary>
    public FrozenSet<WorkerVersion> Members { get; init; } = [];

    /// <summary>Returns the version that a workflow id is routed to, and the revision number of that routing config.</summary>
    public (WorkerVersion? Version, long Revision) Target(string workflowId, bool usesRampingVersion)
    {
        var toRamping = (usesRampingVersion && Ramping is not null)
            || (IsRamping && RampPercentage > 0 && (RampPercentage >= 100 || Threshold(workflowId) <= RampPercentage));
        return toRamping ? (Ramping, RampingRevision) : (Current, CurrentRevision);
    }

    /// <summary>Returns the ramp percentage from which a workflow id goes to the ramping version, by the real server's hash.</summary>
    private static double Threshold(string workflowId) =>
        100 * (FarmHash.Fingerprint32(Encoding.UTF8.GetBytes(workflowId)) / ((double)uint.MaxValue + 1));
}
