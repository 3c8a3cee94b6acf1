using EmbeddedTemporal.Common;

namespace EmbeddedTemporal.History.State;

/// <summary>Versioning state that does not follow from history: a transition in progress, and the target version that workers were notified of.</summary>
internal sealed class VersioningFacts
{
    /// <summary>Gets or sets the transition in progress, or null.</summary>
    public VersionTransition? Transition { get; set; }

    /// <summary>Gets or sets the revision number of the routing config of the last transition.</summary>
    public long Revision { get; set; }

    /// <summary>Gets or sets the target version that the worker of the pinned run was last notified of, or null.</summary>
    public VersionTransition? Notified { get; set; }

    /// <summary>Gets or sets a value indicating whether the declined upgrade of the previous run is no longer relevant.</summary>
    public bool DeclineIsOver { get; set; }
}

/// <summary>A transition to a worker version.</summary>
/// <param name="To">Null for unversioned workers.</param>
internal sealed record VersionTransition(WorkerVersion? To);
