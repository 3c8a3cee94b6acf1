using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;
using ApiTaskQueue = Temporalio.Api.TaskQueue.V1.TaskQueue;

namespace EmbeddedTemporal.History;

/// <summary>The life of a workflow task: normal, transient and speculative (real server: workflow_task_state_machine.go).</summary>
internal sealed partial class RunTransaction
{
    /// <summary>Makes sure a worker looks at the run; nothing to do when a task is pending, the run is closed, paused or not yet due.</summary>
    /// <param name="prolonged">When the task was first scheduled that this one only prolongs.</param>
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
    /// Hands the pending task to a worker. Where nothing else happens, this is written only with what comes of it, or when somebody looks at the
    /// run: a start that a crash forgets has had no effect, the task goes out again and the first worker's answer to it is refused.
    /// </summary>
    public WorkflowTask StartWorkflowTask(string identity)
    {
        var task = State.WorkflowTask!;
        NoteTargetVersion(task);
        var mayWait = !IsDirty && task.Kind == WorkflowTaskKind.Normal;

        // Everything that came between the task's schedule and its start counts, the start itself and what is written together with it does not.
        task.HistorySizeBytes = State.HistorySizeBytes;
        task.ContinueAsNewReasons = [.. HistoryLimits.ReasonsToContinueAsNew(State, State.NextEventId, Run.Limits)];
        if (task.Kind != WorkflowTaskKind.Normal && task.ScheduledEventId != State.NextEventId)
        {
            // Something happened since the failed attempt, or since the update came: this is a task like any other.
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

    /// <summary>Closes the running task as completed and answers the completed event's id.</summary>
    public long CompleteWorkflowTask(RespondWorkflowTaskCompletedRequest request)
    {
        var task = State.WorkflowTask!;
        WriteUnwrittenEvents(task);
        ClearWorkflowTask();
        State.Facts.WorkflowTaskAttempt = 1;
        EndProblems();
        var builds = State.Builds.Changes;
        var worker = WorkerVersion.Of(request.DeploymentOptions);
        var deploymentName = request.DeploymentOptions?.DeploymentName ?? "";
        var before = ArriveAt(worker, deploymentName);
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
            SettleAt(before);
        }

        return completed.EventId;
    }

    /// <summary>Lets a speculative task vanish: every update it carried was rejected.</summary>
    public void DropWorkflowTask()
    {
        ClearWorkflowTask();
        FlushBuffer();
    }

    /// <summary>Closes the running task as failed and schedules the next attempt unless the run is about to close.</summary>
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

    /// <summary>The task was not taken, or not answered, in time.</summary>
    public void TimeOutWorkflowTask(TimeoutType timeout)
    {
        var task = State.WorkflowTask!;
        if (timeout == TimeoutType.ScheduleToStart)
        {
            // The sticky worker has gone. The task was never tried, so the next one is a first attempt on the run's own queue.
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

    /// <summary>More waits for the running task to end than may: it is taken from its worker, and the next one has it all.</summary>
    private void GiveUpWorkflowTask()
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

        // A sticky worker may only have lost its cache: the next try goes to any worker, and is a first one.
        var counts = State.Facts.StickyTaskQueue.Length == 0;
        ClearWorkflowTask();
        ClearStickiness();
        var ended = NewEvent(type, fill);
        if (task.Attempt == 1)
        {
            Append(ended);
        }

        NoteProblem(ended, task.Attempt == 1, counts);
        State.Facts.WorkflowTaskAttempt = counts ? task.Attempt + 1 : 1;
        IsDirty = true;
    }

    private void ClearWorkflowTask()
    {
        IsDirty |= State.WorkflowTask is { Kind: not WorkflowTaskKind.Speculative };
        State.CloseAttempted &= State.WorkflowTask is { IsStarted: false };
        State.WorkflowTask = null;
    }

    /// <summary>An event is about to come between: the speculative task must be in history before it.</summary>
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
