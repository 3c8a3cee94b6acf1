using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.Attributes;
using EmbeddedTemporal.History.Limits;
using EmbeddedTemporal.History.State;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.History;

/// <summary>
/// Transitions of a run from one worker version to another. A transition begins when a worker of the other version starts a workflow task and ends when it
/// completes the task; no activities are started meanwhile (real server: recordworkflowtaskstarted, recordactivitytaskstarted, mutable_state_impl.go).
/// </summary>
internal sealed partial class RunTransaction
{
    /// <summary>Whether a queued workflow task may be started by this worker; if not, the pending task is dispatched again to the right queue.</summary>
    public bool MayTakeWorkflowTask(VersionDirective? directive, WorkerVersion? worker)
    {
        if (directive is null && worker is null && State.WorkflowTaskDirective is null)
        {
            return true;
        }

        if (!IsUpToDate(directive))
        {
            DispatchesWorkflowTask = true;
            return false;
        }

        if (State.WorkflowTask is { IsSticky: true } && Run.HasMovedOn(State))
        {
            LeaveStickyQueue();
            return false;
        }

        return State.EffectiveBehavior != VersioningBehavior.Pinned || worker == State.EffectiveVersion;
    }

    /// <summary>Begins a transition if the worker that has started the workflow task has another version.</summary>
    public void FollowWorker(WorkerVersion? worker)
    {
        if (worker != State.EffectiveVersion && State.WorkflowTask is { Kind: not WorkflowTaskKind.Speculative })
        {
            StartTransition(worker, Run.Target(State).Revision);
        }
    }

    /// <summary>
    /// Whether an activity attempt may be started by this worker. If the worker has the version that the workflow should be on, a transition of the workflow
    /// begins first.
    /// </summary>
    public bool MayTakeActivity(PendingActivity activity, QueuedActivityTask task, WorkerVersion? worker)
    {
        if (!Equals(task.Priority, State.PriorityOf(activity)) || !IsUpToDate(task.Directive) || State.VersionTransition is not null)
        {
            return false;
        }

        if (worker == State.EffectiveVersion || State.EffectiveBehavior == VersioningBehavior.Pinned)
        {
            return true;
        }

        var (target, revision) = Run.Target(State);
        if (worker != target)
        {
            return true;
        }

        StartTransition(worker, revision);
        ScheduleWorkflowTask();
        return false;
    }

    /// <summary>Records and applies updated workflow options, and returns them (real server: api/updateworkflowoptions).</summary>
    public WorkflowExecutionOptions UpdateOptions(WorkflowExecutionOptions merged, string identity)
    {
        var (behavior, version) = (State.EffectiveBehavior, State.EffectiveVersion);
        AddEvent(EventType.WorkflowExecutionOptionsUpdated, e =>
        {
            e.WorkerMayIgnore = true;
            e.WorkflowExecutionOptionsUpdatedEventAttributes = new()
            {
                VersioningOverride = merged.VersioningOverride,
                UnsetVersioningOverride = merged.VersioningOverride is null,
                Priority = merged.Priority,
                Identity = identity,
            };
        });
        ApplyChangedOptions(behavior, version);
        return merged;
    }

    /// <summary>Reschedules the tasks in queues after an event has changed the options.</summary>
    public void ApplyChangedOptions(VersioningBehavior behaviorBefore, WorkerVersion? versionBefore)
    {
        if (State.EffectiveBehavior != behaviorBefore || State.EffectiveVersion != versionBefore)
        {
            if (State.Facts.Versioning is { } facts)
            {
                facts.Transition = null;
            }

            ClearStickiness();
            VisibilityChanged = true;
        }

        RescheduleWorkflowTask();
        RescheduleActivities();
    }

    /// <summary>
    /// Called before the WorkflowTaskCompleted event is applied: ends the transition to the worker's version and returns the versioning state before the event.
    /// Null for unversioned runs and workers.
    /// </summary>
    private VersionsBefore? EndTransition(WorkerVersion? worker, string deploymentName)
    {
        if (worker is null && deploymentName.Length == 0 && State.Versioning is null && State.Facts.Versioning is null)
        {
            return null;
        }

        var transitionEnded = State.VersionTransition is { } transition && transition.To == worker;
        if (transitionEnded)
        {
            State.Facts.Versioning!.Transition = null;
        }

        return new(transitionEnded, State.EffectiveBehavior, State.EffectiveVersion, VersionAttributes.Of(State));
    }

    /// <summary>Called after the WorkflowTaskCompleted event: reschedules the activities that waited for the transition or were queued for the old version.</summary>
    private void ApplyVersionChange(VersionsBefore before)
    {
        if (before.TransitionEnded || before.Behavior != State.EffectiveBehavior || before.Version != State.EffectiveVersion)
        {
            RescheduleActivities();
        }

        VisibilityChanged |= VersionAttributes.Of(State) != before.Attributes;
    }

    /// <summary>
    /// Sets whether the started event notifies the worker of a pinned run that the target version has changed, to which it can upgrade by continuing as new.
    /// </summary>
    private void SetTargetVersionChanged(WorkflowTask task)
    {
        task.TargetVersionChanged = false;
        if (State.WorkflowTaskDirective is not { } directive)
        {
            return;
        }

        var target = Run.Target(State).Version;
        if (State.Versioning?.Override is not null || (directive.IsPinned && directive.Version == target))
        {
            ClearNotification();
        }
        else if (directive.IsPinned && !(State.InheritedDecline is { } declined && WorkerVersion.Of(declined.DeploymentVersion) == target))
        {
            task.TargetVersionChanged = true;
            var facts = State.Facts.Versioning ??= new();
            IsDirty |= facts.Notified is null || facts.Notified.To != target || !facts.DeclineIsOver;
            facts.Notified = new(target);
            facts.DeclineIsOver = true;
        }
    }

    private void ClearNotification()
    {
        if (State.Facts.Versioning?.Notified is not null || State.InheritedDecline is not null)
        {
            var facts = State.Facts.Versioning ??= new();
            facts.Notified = null;
            facts.DeclineIsOver = true;
            IsDirty = true;
        }
    }

    /// <summary>Whether the directive of a queued task still matches the run's behavior and version.</summary>
    private bool IsUpToDate(VersionDirective? directive) => (directive is null || directive.Behavior == State.EffectiveBehavior) && directive?.Version == State.EffectiveVersion;

    private void StartTransition(WorkerVersion? to, long revision)
    {
        var facts = State.Facts.Versioning ??= new();
        facts.Transition = new(to);
        facts.Revision = revision;
        IsDirty = true;
        ClearStickiness();
        RescheduleWorkflowTask();
    }

    private void LeaveStickyQueue()
    {
        ClearStickiness();
        RescheduleWorkflowTask();
    }

    /// <summary>Dispatches the pending workflow task again under a new stamp, which makes the task in the old queue stale.</summary>
    private void RescheduleWorkflowTask()
    {
        if (State.WorkflowTask is not { IsStarted: false } task)
        {
            return;
        }

        if (task.IsSticky && State.Facts.StickyTaskQueue.Length == 0)
        {
            task.IsSticky = false;
            task.TaskQueue = State.TaskQueue;
            task.ScheduleToStartDeadline = task.Kind == WorkflowTaskKind.Speculative ? Now + TaskBackoff.SpeculativeScheduleToStart : null;
        }

        task.Stamp = Guid.NewGuid().ToString();
        DispatchesWorkflowTask |= !State.IsPaused;
        IsDirty |= task.Kind != WorkflowTaskKind.Speculative;
    }

    private void RescheduleActivities() =>
        ActivitiesToDispatch.AddRange(State.Activities.Values.Where(activity => RunWork.IsWaitingForWorker(State, activity)));

    private sealed record VersionsBefore(bool TransitionEnded, VersioningBehavior Behavior, WorkerVersion? Version, VersionAttributes Attributes);
}
