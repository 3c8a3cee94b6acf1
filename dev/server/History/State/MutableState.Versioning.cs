using EmbeddedTemporal.Common;
using EmbeddedTemporal.Validation;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>The worker version that the run is on or in transition to, and its priority.</summary>
internal sealed partial class MutableState
{
    /// <summary>Gets the versioning state from history, null for a run that was always unversioned.</summary>
    public VersioningState? Versioning { get; private set; }

    public VersionTransition? VersionTransition => Facts.Versioning?.Transition;

    /// <summary>Gets the version that the run is on or in transition to (real server: GetEffectiveDeployment).</summary>
    public WorkerVersion? EffectiveVersion => VersionTransition is { } transition ? transition.To : Versioning?.SettledVersion;

    /// <summary>Gets the effective versioning behavior (real server: GetEffectiveVersioningBehavior).</summary>
    public VersioningBehavior EffectiveBehavior =>
        VersionTransition is not null ? VersioningBehavior.AutoUpgrade : Versioning?.SettledBehavior ?? VersioningBehavior.Unspecified;

    /// <summary>Gets the revision number of the routing config by which the run got its version.</summary>
    public long VersioningRevision => Facts.Versioning is { Revision: > 0 and var revision } ? revision : Versioning?.InheritedRevision ?? 0;

    /// <summary>Gets the target version whose upgrade the previous run declined, while that is still relevant.</summary>
    public DeclinedTargetVersionUpgrade? InheritedDecline => Facts.Versioning is { DeclineIsOver: true } ? null : Versioning?.Declined;

    /// <summary>Gets the target version that the run was notified of without upgrading, which counts as declined for the next run.</summary>
    public DeclinedTargetVersionUpgrade? DeclinedUpgrade =>
        Facts.Versioning is { Notified: { } notified } ? new() { DeploymentVersion = WorkerVersion.ToProto(notified.To) } : InheritedDecline;

    /// <summary>Gets a value indicating whether the first workflow task goes to the ramping version regardless of the ramp percentage.</summary>
    public bool UsesRampingVersion =>
        LastCompletedWorkflowTaskStartedEventId == 0 && Versioning is { InitialBehavior: ContinueAsNewVersioningBehavior.UseRampingVersion };

    /// <summary>Gets the priority of the run's tasks, from the start or from a later update; null for the default.</summary>
    public Priority? Priority { get; private set; }

    /// <summary>Gets the version directive of workflow tasks, null for an unversioned run.</summary>
    public VersionDirective? WorkflowTaskDirective => Directive(UsesRampingVersion);

    /// <summary>Gets the version directive of activity tasks, null for an unversioned run.</summary>
    public VersionDirective? ActivityDirective => Directive(usesRampingVersion: false);

    /// <summary>Returns the priority of an activity's tasks: its own fields override the run's.</summary>
    public Priority? PriorityOf(PendingActivity activity) => TaskPriority.Merge(Priority, activity.Priority);

    private VersionDirective? Directive(bool usesRampingVersion) =>
        Versioning is null && Facts.Versioning is null ? null
        : EffectiveBehavior is var behavior && behavior == VersioningBehavior.Unspecified ? null
        : new VersionDirective(behavior, EffectiveVersion, usesRampingVersion);

    private void ApplyStartedOptions(WorkflowExecutionStartedEventAttributes started)
    {
        Priority = started.Priority;
        if (VersioningState.Concerns(started))
        {
            (Versioning ??= new()).Start(started);
        }
    }

    private void ApplyTaskVersion(WorkflowTaskCompletedEventAttributes completed)
    {
        if (Versioning is not null || VersioningState.Concerns(completed))
        {
            (Versioning ??= new()).CompleteTask(completed);
        }
    }

    private void ApplyOptions(WorkflowExecutionOptionsUpdatedEventAttributes updated)
    {
        Priority = updated.Priority ?? Priority;
        if (updated.UnsetVersioningOverride)
        {
            Versioning?.ChangeOverride(null);
        }
        else if (updated.VersioningOverride is { } changed)
        {
            (Versioning ??= new()).ChangeOverride(changed);
        }
    }

    /// <summary>Returns the versioning information of a description, null when there is none.</summary>
    public WorkflowExecutionVersioningInfo? DescribeVersioning()
    {
        if (Facts.Versioning is null && Versioning is null or { Behavior: VersioningBehavior.Unspecified, Override: null, Version: null })
        {
            return null;
        }

        var info = new WorkflowExecutionVersioningInfo
        {
            Behavior = Versioning?.Behavior ?? VersioningBehavior.Unspecified,
            DeploymentVersion = WorkerVersion.ToProto(Versioning?.Version),
            VersioningOverride = VersioningOverrides.WithOlderFields(Versioning?.Override),
            RevisionNumber = VersioningRevision,
            ContinueAsNewInitialVersioningBehavior = Versioning?.InitialBehavior ?? ContinueAsNewVersioningBehavior.Unspecified,
        };
        info.Version = Versioning?.Version is { } version ? WorkerVersion.ToOlderText(version) : "";
        if (VersionTransition is { } transition)
        {
            info.VersionTransition = new() { DeploymentVersion = WorkerVersion.ToProto(transition.To), Version = WorkerVersion.ToOlderText(transition.To) };
        }

        return info;
    }
}
