using EmbeddedTemporal.Common;
using EmbeddedTemporal.Time;
using Google.Protobuf.Collections;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Sdk.V1;

namespace EmbeddedTemporal.History;

/// <summary>Start, signals, cancellation, updates and close of a run.</summary>
internal sealed partial class RunTransaction
{
    /// <summary>Adds WorkflowExecutionStarted and schedules the first workflow task, at once or after its back-off.</summary>
    public void Start(
        WorkflowExecutionStartedEventAttributes attributes,
        UserMetadata? metadata,
        RepeatedField<Link>? links,
        Action<RunTransaction>? beforeFirstTask = null)
    {
        MakesCurrent = true;
        Append(NewEvent(EventType.WorkflowExecutionStarted, e =>
        {
            e.WorkflowExecutionStartedEventAttributes = attributes;
            e.UserMetadata = metadata;
            e.Links.AddRange(links ?? []);
        }));
        if (attributes.FirstWorkflowTaskBackoff.Span() is { Ticks: > 0 } delay)
        {
            State.Facts.FirstWorkflowTaskDue = Now.SaturatingAdd(delay);
        }

        beforeFirstTask?.Invoke(this);
        ScheduleWorkflowTask();
    }

    /// <summary>Adds a signal, once per request id. It does not shorten the back-off of the first workflow task.</summary>
    public void Signal(WorkflowExecutionSignaledEventAttributes signal, RepeatedField<Link>? links = null)
    {
        if (signal.RequestId.Length > 0 && State.SignalRequestIds.Contains(signal.RequestId))
        {
            return;
        }

        if (State.SignalCount >= Run.Limits.Signals)
        {
            throw ServiceErrors.InvalidArgument("exceeded workflow execution limit for signal events");
        }

        RequireNotClosing();

        AddEvent(EventType.WorkflowExecutionSignaled, e =>
        {
            e.WorkflowExecutionSignaledEventAttributes = signal;
            e.Links.AddRange(links ?? []);
        });
        ScheduleWorkflowTask();
    }

    /// <summary>Requests cancellation, and ends the back-off of the first workflow task. No effect if it was requested before.</summary>
    public void RequestCancel(WorkflowExecutionCancelRequestedEventAttributes request, RepeatedField<Link>? links = null)
    {
        if (State.CancelRequested)
        {
            return;
        }

        AddEvent(EventType.WorkflowExecutionCancelRequested, e =>
        {
            e.WorkflowExecutionCancelRequestedEventAttributes = request;
            e.Links.AddRange(links ?? []);
        });
        EndFirstTaskDelay();
    }

    /// <summary>Stores an admitted update until the workflow accepts or rejects it.</summary>
    public void Admit(Temporalio.Api.Update.V1.Request update)
    {
        State.AdmittedUpdates[update.Meta.UpdateId] = update;
        IsDirty = true;
    }

    /// <summary>Rejects an update: no event is written, and its callers get the failure.</summary>
    public void Reject(string updateId, Failure? failure)
    {
        Answered.Add(updateId);
        IsDirty |= State.AdmittedUpdates.Remove(updateId);
        AfterCommit.Add(() => Run.Updates.Rejected(updateId, failure ?? new Failure()));
    }

    /// <summary>Aborts the updates that were sent with the failing task, except those with a WorkflowExecutionUpdateAdmitted event from a reset.</summary>
    public void AbortSentUpdates()
    {
        foreach (var updateId in Run.Updates.Unprocessed().Select(update => update.UpdateId).Where(id => !State.UpdatesAdmittedByEvent.Contains(id)))
        {
            IsDirty |= State.AdmittedUpdates.Remove(updateId);
            AfterCommit.Add(() => Run.Updates.Abort(updateId));
        }

        AfterCommit.Add(Run.Updates.Unsend);
    }

    public void Terminate(string reason, Payloads? details, string identity, RepeatedField<Link>? links = null)
    {
        FailTaskBeforeForcedClose();
        CloseRun(EventType.WorkflowExecutionTerminated, e =>
        {
            e.WorkflowExecutionTerminatedEventAttributes = new() { Reason = reason, Details = details, Identity = identity };
            e.Links.AddRange(links ?? []);
        });
    }

    /// <summary>Times out the run; its retry policy or cron schedule may start a successor.</summary>
    public void TimeOut()
    {
        FailTaskBeforeForcedClose();
        var failure = new Failure { Message = "workflow timeout", Source = "Server", TimeoutFailureInfo = new() { TimeoutType = TimeoutType.StartToClose } };
        var successor = Successor.AfterFailure(this, failure, out var retryState);
        CloseRun(EventType.WorkflowExecutionTimedOut, e => e.WorkflowExecutionTimedOutEventAttributes = new()
        {
            RetryState = retryState,
            NewExecutionRunId = successor?.State.Key.RunId ?? "",
        });
    }

    /// <summary>Adds the close event, and marks the transfers to parent and children as pending.</summary>
    public void CloseRun(EventType type, Action<HistoryEvent> fill)
    {
        FlushBuffer();
        Append(NewEvent(type, fill));
        State.WorkflowTask = null;
        State.Facts.FirstWorkflowTaskDue = null;
        State.Facts.CloseTime = Now;
        State.Facts.CloseTransfersPending = CloseTransfers.AreNeeded(State);
        IsDirty = true;
        AfterCommit.Add(Run.AbortPendingRequests);
    }

    /// <summary>Returns the run id of the successor in a close event, or an empty string.</summary>
    public static string NewExecutionRunId(HistoryEvent close) => close.AttributesCase switch
    {
        HistoryEvent.AttributesOneofCase.WorkflowExecutionContinuedAsNewEventAttributes => close.WorkflowExecutionContinuedAsNewEventAttributes.NewExecutionRunId,
        HistoryEvent.AttributesOneofCase.WorkflowExecutionCompletedEventAttributes => close.WorkflowExecutionCompletedEventAttributes.NewExecutionRunId,
        HistoryEvent.AttributesOneofCase.WorkflowExecutionFailedEventAttributes => close.WorkflowExecutionFailedEventAttributes.NewExecutionRunId,
        HistoryEvent.AttributesOneofCase.WorkflowExecutionTimedOutEventAttributes => close.WorkflowExecutionTimedOutEventAttributes.NewExecutionRunId,
        _ => "",
    };

    /// <summary>
    /// Rejects new requests while the workflow task after an UnhandledCommand is started: the workflow could not close because of buffered events, and
    /// gets one task without further events to close.
    /// </summary>
    /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED.</exception>
    public void RequireNotClosing()
    {
        if (State is { CloseAttempted: true, WorkflowTask.IsStarted: true })
        {
            throw ServiceErrors.WorkflowClosing();
        }
    }

    private void FailTaskBeforeForcedClose()
    {
        if (State.WorkflowTask is { IsStarted: true })
        {
            FailWorkflowTask(WorkflowTaskFailedCause.ForceCloseCommand, null, "history-service");
        }
        else
        {
            ClearWorkflowTask();
        }
    }
}
