using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Common;

/// <summary>The worker version that a task has to be dispatched to. A task of an unversioned workflow has no directive.</summary>
/// <param name="Behavior">Pinned: only to <paramref name="Version"/>. Auto-upgrade: to the version that the task queue routes it to.</param>
/// <param name="Version">The version that the workflow is on, null for unversioned workers.</param>
/// <param name="UsesRampingVersion">Whether it goes to the ramping version regardless of the ramp percentage.</param>
internal sealed record VersionDirective(VersioningBehavior Behavior, WorkerVersion? Version, bool UsesRampingVersion = false)
{
    public bool IsPinned => Behavior == VersioningBehavior.Pinned;
}
