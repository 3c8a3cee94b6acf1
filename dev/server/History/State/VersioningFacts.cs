using EmbeddedTemporal.Common;

namespace EmbeddedTemporal.History.State;

/// <summary>What a run's history does not tell about worker versions: a move to another one that is under way, and what workers were told.</summary>
internal sealed class VersioningFacts
{
    /// <summary>Gets or sets the move under way, null when the run is settled.</summary>
    public VersionTransition? Transition { get; set; }

    /// <summary>Gets or sets the revision of the routing that the last move followed.</summary>
    public long Revision { get; set; }

    /// <summary>Gets or sets the target that a worker of the pinned run was last told of, null when it was told of none.</summary>
    public VersionTransition? Notified { get; set; }

    /// <summary>Gets or sets a value indicating whether what the run before declined no longer counts.</summary>
    public bool DeclineIsOver { get; set; }
}

/// <summary>A move to a worker version.</summary>
/// <param name="To">Null for workers without a version.</param>
internal sealed record VersionTransition(WorkerVersion? To);
