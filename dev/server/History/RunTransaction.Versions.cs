using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.History;

/// <summary>
/// How a run gets from one worker version to another. It follows the worker that takes its workflow task: the transition begins when that task starts
/// and ends when it completes; activities wait meanwhile (real server: recordworkflowtaskstarted, recordactivitytaskstarted, mutable_state_impl.go).
/// </summary>
internal sealed partial class RunTransaction
{
    /// <summary>Whether a task that waited in a queue may go to this worker; if not, the run's pending task goes where it belongs by now.</summary>
    public bool MayTakeWorkflowTask(VersionDirective? directive, WorkerVersion? worker)
    {
        if (directive is null && worker is null && State.WorkflowTaskDirective is null)
        {
            return true;
        }

        if (!Holds(directive))
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

    /// <summary>Lets the run follow the worker that has just taken its workflow task.</summary>
    public void FollowWorker(WorkerVersion? worker)
    {
        if (worker != State.EffectiveVersion && State.WorkflowTask is { Kind: not WorkflowTaskKind.Speculative })
        {
            StartTransition(worker, Run.Target(State).Revision);
        }
    }

    /// <summary>Whether an attempt of an activity may go to this worker. If the worker is of the version that the workflow should be on, the workflow moves first.</summary>
    public bool MayTakeActivity(PendingActivity activity, QueuedActivityTask task, WorkerVersion? worker)
    {
        if (!Equals(task.Priority, State.PriorityOf(activity)) || !Holds(task.Directive) || State.VersionTransition is not null)
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

    /// <summary>Sets what a run operator may set, and answers the options then in force (real server: api/updateworkflowoptions).</summary>
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

    /// <summary>What waits in queues follows options that an event has changed.</summary>
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

    /// <summary>What a completed workflow task is about to say of versions: ends the transition that led to its worker. Null where versions play no part.</summary>
    private VersionsBefore? ArriveAt(WorkerVersion? worker, string deploymentName)
    {
        if (worker is null && deploymentName.Length == 0 && State.Versioning is null && State.Facts.Versioning is null)
        {
            return null;
        }

        var arrived = State.VersionTransition is { } transition && transition.To == worker;
        if (arrived)
        {
            State.Facts.Versioning!.Transition = null;
        }

        return new(arrived, State.EffectiveBehavior, State.EffectiveVersion, VersionAttributes.Of(State));
    }

    /// <summary>The task is completed: activities that waited for the transition, or for the version before, go to their queues again.</summary>
    private void SettleAt(VersionsBefore before)
    {
        if (before.Arrived || before.Behavior != State.EffectiveBehavior || before.Version != State.EffectiveVersion)
        {
            RescheduleActivities();
        }

        VisibilityChanged |= VersionAttributes.Of(State) != before.Attributes;
    }

    /// <summary>Notes whether the worker of a pinned run is to hear that there is another version to move to by continuing as new.</summary>
    private void NoteTargetVersion(WorkflowTask task)
    {
        task.TargetVersionChanged = false;
        if (State.WorkflowTaskDirective is not { } directive)
        {
            return;
        }

        var target = Run.Target(State).Version;
        if (State.Versioning?.Override is not null || (directive.IsPinned && directive.Version == target))
        {
            ForgetNotification();
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

    private void ForgetNotification()
    {
        if (State.Facts.Versioning?.Notified is not null || State.InheritedDecline is not null)
        {
            var facts = State.Facts.Versioning ??= new();
            facts.Notified = null;
            facts.DeclineIsOver = true;
            IsDirty = true;
        }
    }

    /// <summary>Whether the run still asks for what the task in the queue asked for.</summary>
    private bool Holds(VersionDirective? directive) => (directive is null || directive.Behavior == State.EffectiveBehavior) && directive?.Version == State.EffectiveVersion;

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

    /// <summary>Puts the pending workflow task into its queue again, as it is now; the older one in a queue no longer counts.</summary>
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

    private sealed record VersionsBefore(bool Arrived, VersioningBehavior Behavior, WorkerVersion? Version, VersionAttributes Attributes);
}
