using EmbeddedTemporal.Frontend;
using EmbeddedTemporal.Time;
using Google.Protobuf.Collections;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Sdk.V1;

namespace EmbeddedTemporal.History;

/// <summary>Start, messages from outside and end of a run.</summary>
internal sealed partial class RunTransaction
{
    /// <summary>The first event; the workflow task follows at once or when the delay is over.</summary>
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

    /// <summary>Adds a signal, once per request id. A signal ends a start delay.</summary>
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

        AddEvent(EventType.WorkflowExecutionSignaled, e =>
        {
            e.WorkflowExecutionSignaledEventAttributes = signal;
            e.Links.AddRange(links ?? []);
        });
        EndStartDelay();
        ScheduleWorkflowTask();
    }

    /// <summary>Asks the workflow to cancel itself; asking again changes nothing.</summary>
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
        EndStartDelay();
        ScheduleWorkflowTask();
    }

    /// <summary>Keeps an update until the workflow has accepted or rejected it.</summary>
    public void Admit(Temporalio.Api.Update.V1.Request update)
    {
        State.AdmittedUpdates[update.Meta.UpdateId] = update;
        IsDirty = true;
    }

    /// <summary>The workflow will not have the update: history stays silent about it, and its callers hear the failure.</summary>
    public void Reject(string updateId, Failure? failure)
    {
        Answered.Add(updateId);
        IsDirty |= State.AdmittedUpdates.Remove(updateId);
        AfterCommit.Add(() => Run.Updates.Rejected(updateId, failure ?? new Failure()));
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

    /// <summary>The run's time is over; its retry policy or cron schedule may bring another run.</summary>
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

    /// <summary>Writes the event that ends the run, and leaves to others what they must hear.</summary>
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

    /// <summary>Answers the run that a closed run went on as, or null.</summary>
    public static string NewExecutionRunId(HistoryEvent close) => close.AttributesCase switch
    {
        HistoryEvent.AttributesOneofCase.WorkflowExecutionContinuedAsNewEventAttributes => close.WorkflowExecutionContinuedAsNewEventAttributes.NewExecutionRunId,
        HistoryEvent.AttributesOneofCase.WorkflowExecutionCompletedEventAttributes => close.WorkflowExecutionCompletedEventAttributes.NewExecutionRunId,
        HistoryEvent.AttributesOneofCase.WorkflowExecutionFailedEventAttributes => close.WorkflowExecutionFailedEventAttributes.NewExecutionRunId,
        HistoryEvent.AttributesOneofCase.WorkflowExecutionTimedOutEventAttributes => close.WorkflowExecutionTimedOutEventAttributes.NewExecutionRunId,
        _ => "",
    };

    /// <summary>A run that waits for its start delay (not for cron or retry) begins as soon as a message comes.</summary>
    private void EndStartDelay()
    {
        if (State.Facts.FirstWorkflowTaskDue is not null && State.Started.Initiator == ContinueAsNewInitiator.Unspecified && State.Started.CronSchedule.Length == 0)
        {
            State.Facts.FirstWorkflowTaskDue = null;
        }
    }

    private void FailTaskBeforeForcedClose()
    {
        switch (State.WorkflowTask)
        {
            case { IsStarted: true, Attempt: 1 } task:
                WriteUnwrittenEvents(task);
                ClearWorkflowTask();
                Append(NewEvent(EventType.WorkflowTaskFailed, e => e.WorkflowTaskFailedEventAttributes = new()
                {
                    ScheduledEventId = task.ScheduledEventId,
                    StartedEventId = task.StartedEventId,
                    Cause = WorkflowTaskFailedCause.ForceCloseCommand,
                }));
                break;
            default:
                ClearWorkflowTask();
                break;
        }
    }
}
