using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Common;

/// <summary>Which worker version a task asks for. A task of a workflow that does not take part in versioning has none.</summary>
/// <param name="Behavior">Pinned: only <paramref name="Version"/> will do. Auto-upgrade: the version that its queue routes it to.</param>
/// <param name="Version">The version that the workflow is on, null for workers without one.</param>
/// <param name="UsesRampingVersion">Whether it goes to the ramping version whatever its percentage.</param>
internal sealed record VersionDirective(VersioningBehavior Behavior, WorkerVersion? Version, bool UsesRampingVersion = false)
{
    public bool IsPinned => Behavior == VersioningBehavior.Pinned;
}
