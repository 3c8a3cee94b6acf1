using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Matching;
using Temporalio.Api.Deployment.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.History;

/// <summary>
/// What a run hands on of its worker version, to a child or to the run that follows it (real server: transfer_queue_active_task_executor.go,
/// mutable_state_impl.go, workflow/retry.go).
/// </summary>
internal sealed record VersionInheritance
{
    public static VersionInheritance None { get; } = new();

    public WorkerVersion? Pinned { get; init; }

    public VersioningOverride? Override { get; init; }

    public InheritedAutoUpgradeInfo? AutoUpgrade { get; init; }

    public DeclinedTargetVersionUpgrade? Declined { get; init; }

    /// <summary>Answers what a child gets: the pin or version of its parent, if workers of that version poll the child's queue.</summary>
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

    /// <summary>Answers what the run gets that continues this one as new: the same, unless the workflow asks to begin on another version.</summary>
    public static VersionInheritance ForContinuation(MutableState state, ContinueAsNewVersioningBehavior asked, string queueName, TaskQueue queue)
    {
        if (state.EffectiveVersion is not { } version || (queueName != state.TaskQueue && !queue.Routing.Members.Contains(version)))
        {
            return None with { Declined = state.DeclinedUpgrade };
        }

        var isPinned = state.EffectiveBehavior == VersioningBehavior.Pinned;
        var keepsPin = isPinned && asked == ContinueAsNewVersioningBehavior.Unspecified;
        return new()
        {
            Pinned = keepsPin ? version : null,
            Override = keepsPin || queueName == state.TaskQueue ? PinnedOverride(state) : null,
            AutoUpgrade = keepsPin || state.EffectiveBehavior == VersioningBehavior.Unspecified ? null : Source(state, asked),
            Declined = state.DeclinedUpgrade,
        };
    }

    /// <summary>Answers what a retry gets: the pin that its run inherited itself, or the version that it was on. The next run of a schedule gets an override only.</summary>
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

    /// <summary>Writes it into the first event of the run that gets it.</summary>
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
