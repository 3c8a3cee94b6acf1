using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.Limits;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;
using ApiTaskQueue = Temporalio.Api.TaskQueue.V1.TaskQueue;

namespace EmbeddedTemporal.History;

/// <summary>The state machine of workflow tasks: normal, transient and speculative (real server: workflow_task_state_machine.go).</summary>
internal sealed partial class RunTransaction
{
    /// <summary>Schedules a workflow task, unless one is pending, or the run is closed, paused or in its first workflow task back-off.</summary>
    /// <param name="prolonged">The original scheduled time, when the task continues a workflow task heartbeat.</param>
    public void ScheduleWorkflowTask(bool speculative = false, DateTime? prolonged = null)
    {
        if (!State.IsRunning || State.WorkflowTask is not null || State.Facts.FirstWorkflowTaskDue is not null)
        {
            return;
        }

        if (State.HasBufferedEvents)
        {
            FlushBuffer();
            State.Facts.WorkflowTaskAttempt = 1;
        }

        if (State.IsPaused)
        {
            return;
        }

        var attempt = State.Facts.WorkflowTaskAttempt;
        var kind = attempt > 1 ? WorkflowTaskKind.Transient : speculative ? WorkflowTaskKind.Speculative : WorkflowTaskKind.Normal;
        var task = NewWorkflowTask(kind, attempt);
        task.OriginalScheduledTime = prolonged ?? Now;
        task.ScheduledEventId = kind == WorkflowTaskKind.Normal ? Append(ScheduledEvent(task)).EventId : State.NextEventId;
        State.WorkflowTask = task;
        IsDirty |= kind != WorkflowTaskKind.Speculative;
        DispatchesWorkflowTask = true;
    }

    /// <summary>
    /// Starts the pending task. If nothing else has changed, the start is not persisted at once but with the next commit, or when the run is read. A start that
    /// is lost in a crash has had no effect: the task is dispatched again, and the first worker's completion is rejected.
    /// </summary>
    public WorkflowTask StartWorkflowTask(string identity)
    {
        var task = State.WorkflowTask!;
        SetTargetVersionChanged(task);
        var mayWait = !IsDirty && task.Kind == WorkflowTaskKind.Normal;

        // Size and count include the events between schedule and start, but not the started event and the events written together with it.
        task.HistorySizeBytes = State.HistorySizeBytes;
        task.ContinueAsNewReasons = [.. HistoryLimits.ReasonsToContinueAsNew(State, State.NextEventId, Run.Limits)];
        if (task.Kind != WorkflowTaskKind.Normal && task.ScheduledEventId != State.NextEventId)
        {
            // Events were added since the failed attempt, or since the update was admitted: the task becomes a normal one.
            task.Kind = WorkflowTaskKind.Normal;
            task.Attempt = 1;
            State.Facts.WorkflowTaskAttempt = 1;
            task.ScheduledEventId = Append(ScheduledEvent(task)).EventId;
        }

        task.StartedTime = Now;
        task.Identity = identity;
        task.ScheduleToStartDeadline = null;
        task.StartedEventId = task.Kind == WorkflowTaskKind.Normal ? Append(StartedEvent(task)).EventId : task.ScheduledEventId + 1;
        IsDirty = !mayWait && (IsDirty || task.Kind != WorkflowTaskKind.Speculative);
        return task;
    }

    /// <summary>Completes the started task and returns the id of the completed event.</summary>
    public long CompleteWorkflowTask(RespondWorkflowTaskCompletedRequest request)
    {
        var task = State.WorkflowTask!;
        WriteUnwrittenEvents(task);
        ClearWorkflowTask();
        State.Facts.WorkflowTaskAttempt = 1;
        ClearProblems();
        var builds = State.Builds.Changes;
        var worker = WorkerVersion.Of(request.DeploymentOptions);
        var deploymentName = request.DeploymentOptions?.DeploymentName ?? "";
        var before = EndTransition(worker, deploymentName);
        var completed = Append(NewEvent(EventType.WorkflowTaskCompleted, e => e.WorkflowTaskCompletedEventAttributes = new()
        {
            ScheduledEventId = task.ScheduledEventId,
            StartedEventId = task.StartedEventId,
            Identity = request.Identity,
            BinaryChecksum = request.BinaryChecksum,
            WorkerVersion = request.WorkerVersionStamp,
            SdkMetadata = request.SdkMetadata,
            MeteringMetadata = request.MeteringMetadata,
            WorkerDeploymentName = deploymentName,
            DeploymentVersion = WorkerVersion.ToProto(worker),
            VersioningBehavior = worker is null ? VersioningBehavior.Unspecified : request.VersioningBehavior,
        }));
        VisibilityChanged |= State.Builds.Changes != builds;
        if (before is not null)
        {
            ApplyVersionChange(before);
        }

        return completed.EventId;
    }

    /// <summary>Drops a speculative task without events, because all of its updates were rejected.</summary>
    public void DropWorkflowTask()
    {
        ClearWorkflowTask();
        FlushBuffer();
    }

    /// <summary>Fails the started task; the caller schedules the next attempt unless the run is about to close.</summary>
    public void FailWorkflowTask(WorkflowTaskFailedCause cause, Failure? failure, string identity, Action<WorkflowTaskFailedEventAttributes>? amend = null)
    {
        var task = State.WorkflowTask!;
        EndAttempt(task, EventType.WorkflowTaskFailed, e =>
        {
            e.WorkflowTaskFailedEventAttributes = new()
            {
                ScheduledEventId = task.ScheduledEventId,
                StartedEventId = task.StartedEventId,
                Cause = cause,
                Failure = failure,
                Identity = identity,
            };
            amend?.Invoke(e.WorkflowTaskFailedEventAttributes);
        });
    }

    /// <summary>Times out the task: it was not started, or not completed, in time.</summary>
    public void TimeOutWorkflowTask(TimeoutType timeout)
    {
        var task = State.WorkflowTask!;
        if (timeout == TimeoutType.ScheduleToStart)
        {
            // The sticky worker is gone. The task was never started, so the next one is a first attempt, on the normal queue.
            WriteUnwrittenEvents(task);
            ClearWorkflowTask();
            ClearStickiness();
            Append(TimedOutEvent(task, timeout));
        }
        else
        {
            EndAttempt(task, EventType.WorkflowTaskTimedOut, e => e.MergeFrom(TimedOutEvent(task, timeout)));
        }

        ScheduleWorkflowTask();
    }

    public void ClearStickiness()
    {
        State.Facts.StickyTaskQueue = "";
        State.Facts.StickyScheduleToStartTimeout = TimeSpan.Zero;
    }

    private static WorkflowTaskScheduledEventAttributes ScheduledAttributes(MutableState state, WorkflowTask task) => new()
    {
        TaskQueue = new ApiTaskQueue
        {
            Name = task.TaskQueue,
            Kind = task.IsSticky ? TaskQueueKind.Sticky : TaskQueueKind.Normal,
            NormalName = task.IsSticky ? state.TaskQueue : "",
        },
        StartToCloseTimeout = task.StartToCloseTimeout.ToProto(),
        Attempt = task.Attempt,
    };

    private static WorkflowTaskStartedEventAttributes StartedAttributes(WorkflowTask task) => new()
    {
        ScheduledEventId = task.ScheduledEventId,
        Identity = task.Identity,
        RequestId = task.Stamp,
        HistorySizeBytes = task.HistorySizeBytes,
        SuggestContinueAsNew = task.ContinueAsNewReasons.Count > 0,
        SuggestContinueAsNewReasons = { task.ContinueAsNewReasons },
        TargetWorkerDeploymentVersionChanged = task.TargetVersionChanged,
    };

    /// <summary>Fails the started task because the buffered events exceed a limit; the next task gets them.</summary>
    private void ForceFailWorkflowTask()
    {
        Run.Updates.Unsend();
        FailWorkflowTask(WorkflowTaskFailedCause.ForceCloseCommand, null, "history-service");
        ScheduleWorkflowTask();
    }

    private WorkflowTask NewWorkflowTask(WorkflowTaskKind kind, int attempt)
    {
        var sticky = attempt == 1 && State.Facts.StickyTaskQueue.Length > 0;
        if (sticky && !Run.HasStickyWorker(State.Facts.StickyTaskQueue))
        {
            ClearStickiness();
            sticky = false;
        }

        return new WorkflowTask
        {
            Kind = kind,
            Attempt = attempt,
            ScheduledTime = Now,
            Stamp = Guid.NewGuid().ToString(),
            IsSticky = sticky,
            TaskQueue = sticky ? State.Facts.StickyTaskQueue : State.TaskQueue,
            StartToCloseTimeout = TaskBackoff.StartToClose(State.WorkflowTaskTimeout, attempt),
            ScheduleToStartDeadline = sticky ? Now + State.Facts.StickyScheduleToStartTimeout
                : kind == WorkflowTaskKind.Speculative ? Now + TaskBackoff.SpeculativeScheduleToStart
                : null,
        };
    }

    private void EndAttempt(WorkflowTask task, EventType type, Action<HistoryEvent> fill)
    {
        if (task.Kind == WorkflowTaskKind.Speculative)
        {
            WriteUnwrittenEvents(task);
        }

        // A sticky worker may just have evicted the run from its cache: the next task goes to the normal queue, as a first attempt.
        var counts = State.Facts.StickyTaskQueue.Length == 0;
        ClearWorkflowTask();
        ClearStickiness();
        var ended = NewEvent(type, fill);
        if (task.Attempt == 1)
        {
            Append(ended);
        }

        RecordProblem(ended, task.Attempt == 1, counts);
        State.Facts.WorkflowTaskAttempt = counts ? task.Attempt + 1 : 1;
        IsDirty = true;
    }

    private void ClearWorkflowTask()
    {
        IsDirty |= State.WorkflowTask is { Kind: not WorkflowTaskKind.Speculative };
        State.CloseAttempted &= State.WorkflowTask is { IsStarted: false };
        State.WorkflowTask = null;
    }

    /// <summary>Writes the scheduled event of a speculative task, because another event is about to be added after it.</summary>
    private void WriteSpeculativeScheduled()
    {
        var task = State.WorkflowTask!;
        task.Kind = WorkflowTaskKind.Normal;
        task.ScheduledEventId = Append(ScheduledEvent(task)).EventId;
    }

    private void WriteUnwrittenEvents(WorkflowTask task)
    {
        if (task.Kind == WorkflowTaskKind.Normal)
        {
            return;
        }

        task.Kind = WorkflowTaskKind.Normal;
        task.ScheduledEventId = Append(ScheduledEvent(task)).EventId;
        if (task.IsStarted)
        {
            task.StartedEventId = Append(StartedEvent(task)).EventId;
        }
    }

    private HistoryEvent NewEvent(EventType type, Action<HistoryEvent> fill)
    {
        var historyEvent = new HistoryEvent { EventTime = Now.ToProto(), EventType = type };
        fill(historyEvent);
        return historyEvent;
    }

    private HistoryEvent ScheduledEvent(WorkflowTask task) => NewEvent(EventType.WorkflowTaskScheduled, e =>
    {
        e.EventTime = task.ScheduledTime.ToProto();
        e.WorkflowTaskScheduledEventAttributes = ScheduledAttributes(State, task);
    });

    private HistoryEvent StartedEvent(WorkflowTask task) => NewEvent(EventType.WorkflowTaskStarted, e =>
    {
        e.EventTime = task.StartedTime!.Value.ToProto();
        e.WorkflowTaskStartedEventAttributes = StartedAttributes(task);
    });

    private HistoryEvent TimedOutEvent(WorkflowTask task, TimeoutType timeout) => NewEvent(
        EventType.WorkflowTaskTimedOut,
        e => e.WorkflowTaskTimedOutEventAttributes = new()
        {
            ScheduledEventId = task.ScheduledEventId,
            StartedEventId = task.StartedEventId,
            TimeoutType = timeout,
        });
}
