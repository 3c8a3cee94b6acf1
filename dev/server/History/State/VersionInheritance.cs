using EmbeddedTemporal.Common;
using EmbeddedTemporal.Matching;
using Temporalio.Api.Deployment.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>
/// The versioning information that a child or the next run of the chain inherits (real server: transfer_queue_active_task_executor.go,
/// mutable_state_impl.go, workflow/retry.go).
/// </summary>
internal sealed record VersionInheritance
{
    public static VersionInheritance None { get; } = new();

    public WorkerVersion? Pinned { get; init; }

    public VersioningOverride? Override { get; init; }

    public InheritedAutoUpgradeInfo? AutoUpgrade { get; init; }

    public DeclinedTargetVersionUpgrade? Declined { get; init; }

    /// <summary>Returns what a child inherits: the pinned version or the version of its parent, if workers of that version poll the child's task queue.</summary>
    public static VersionInheritance ForChild(MutableState parent, StartChildWorkflowExecutionInitiatedEventAttributes child, TaskQueue childQueue)
    {
        if (child.Namespace != parent.Key.Namespace || parent.EffectiveVersion is not { } version
            || (child.TaskQueue.Name != parent.TaskQueue && !childQueue.Routing.Members.Contains(version)))
        {
            return None;
        }

        return new()
        {
            Pinned = parent.EffectiveBehavior == VersioningBehavior.Pinned ? version : null,
            Override = PinnedOverride(parent),
            AutoUpgrade = parent.EffectiveBehavior == VersioningBehavior.AutoUpgrade ? Source(parent, ContinueAsNewVersioningBehavior.Unspecified) : null,
        };
    }

    /// <summary>Returns what the next run inherits on continue-as-new: the same, unless the workflow requests an initial versioning behavior.</summary>
    public static VersionInheritance ForContinuation(MutableState state, ContinueAsNewVersioningBehavior initial, string queueName, TaskQueue queue)
    {
        if (state.EffectiveVersion is not { } version || (queueName != state.TaskQueue && !queue.Routing.Members.Contains(version)))
        {
            return None with { Declined = state.DeclinedUpgrade };
        }

        var isPinned = state.EffectiveBehavior == VersioningBehavior.Pinned;
        var keepsPin = isPinned && initial == ContinueAsNewVersioningBehavior.Unspecified;
        return new()
        {
            Pinned = keepsPin ? version : null,
            Override = keepsPin || queueName == state.TaskQueue ? PinnedOverride(state) : null,
            AutoUpgrade = keepsPin || state.EffectiveBehavior == VersioningBehavior.Unspecified ? null : Source(state, initial),
            Declined = state.DeclinedUpgrade,
        };
    }

    /// <summary>
    /// Returns what a retry inherits: the pinned version that the run itself inherited, or the version it was on. The next cron run inherits only the override.
    /// </summary>
    public static VersionInheritance ForRetry(MutableState state, ContinueAsNewInitiator initiator)
    {
        var isRetry = initiator == ContinueAsNewInitiator.Retry;
        return new()
        {
            Pinned = isRetry && state.EffectiveBehavior == VersioningBehavior.Pinned && state.Started.InheritedPinnedVersion is not null ? state.EffectiveVersion : null,
            Override = PinnedOverride(state),
            AutoUpgrade = isRetry && state.EffectiveBehavior == VersioningBehavior.AutoUpgrade
                ? Source(state, state.Versioning?.InitialBehavior ?? ContinueAsNewVersioningBehavior.Unspecified)
                : null,
            Declined = state.Started.DeclinedTargetVersionUpgrade,
        };
    }

    /// <summary>Fills the started event of the inheriting run.</summary>
    public void Fill(WorkflowExecutionStartedEventAttributes started)
    {
        started.InheritedPinnedVersion = WorkerVersion.ToProto(Pinned);
        started.InheritedAutoUpgradeInfo = Pinned is null ? AutoUpgrade : null;
        started.VersioningOverride = Override;
        started.DeclinedTargetVersionUpgrade = Declined;
    }

    private static VersioningOverride? PinnedOverride(MutableState state) => state.Versioning?.Override is { Pinned: not null } pinned ? pinned : null;

    private static InheritedAutoUpgradeInfo? Source(MutableState state, ContinueAsNewVersioningBehavior initial) =>
        state.EffectiveVersion is null || state.VersioningRevision == 0 ? null : new()
        {
            SourceDeploymentVersion = WorkerVersion.ToProto(state.EffectiveVersion),
            SourceDeploymentRevisionNumber = state.VersioningRevision,
            ContinueAsNewInitialVersioningBehavior = initial,
        };
}
