using EmbeddedTemporal.Time;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using AttributesCase = Temporalio.Api.History.V1.HistoryEvent.AttributesOneofCase;

namespace EmbeddedTemporal.History.State;

/// <summary>Applies events to the mutable state. The result depends only on the state and the event.</summary>
internal sealed partial class MutableState
{
    private void Apply(HistoryEvent e)
    {
        if (!ApplyToExecution(e) && !ApplyToActivities(e) && !ApplyToChildren(e))
        {
            ApplyToTheRest(e);
        }
    }

    private bool ApplyToExecution(HistoryEvent e)
    {
        switch (e.AttributesCase)
        {
            case AttributesCase.WorkflowExecutionStartedEventAttributes:
                Started = e.WorkflowExecutionStartedEventAttributes;
                FirstStartTime = e.EventTime.ToDateTime();
                Builds.Continue(Started.PrevAutoResetPoints);
                Memo.MergeFrom(Started.Memo ?? new());
                SearchAttributes.MergeFrom(Started.SearchAttributes ?? new());
                ApplyStartedOptions(Started);
                return true;
            case AttributesCase.WorkflowExecutionOptionsUpdatedEventAttributes:
                ApplyOptions(e.WorkflowExecutionOptionsUpdatedEventAttributes);
                return true;
            case AttributesCase.WorkflowExecutionPausedEventAttributes:
                var pause = e.WorkflowExecutionPausedEventAttributes;
                Status = WorkflowExecutionStatus.Paused;
                PauseInfo = new() { PausedTime = e.EventTime, Identity = pause.Identity, Reason = pause.Reason };
                PauseRequestId = pause.RequestId;
                return true;
            case AttributesCase.WorkflowExecutionUnpausedEventAttributes:
                Status = WorkflowExecutionStatus.Running;
                PauseInfo = null;
                PauseRequestId = "";
                return true;
            case AttributesCase.WorkflowTaskCompletedEventAttributes:
                LastCompletedWorkflowTaskStartedEventId = e.WorkflowTaskCompletedEventAttributes.StartedEventId;
                ApplyTaskVersion(e.WorkflowTaskCompletedEventAttributes);
                Builds.Note(e, Key.RunId, resettable: Children.Count == 0 && ExternalCancels.Count == 0 && ExternalSignals.Count == 0);
                return true;
            case AttributesCase.WorkflowExecutionCompletedEventAttributes:
                return Close(e, WorkflowExecutionStatus.Completed);
            case AttributesCase.WorkflowExecutionFailedEventAttributes:
                return Close(e, WorkflowExecutionStatus.Failed);
            case AttributesCase.WorkflowExecutionCanceledEventAttributes:
                return Close(e, WorkflowExecutionStatus.Canceled);
            case AttributesCase.WorkflowExecutionTerminatedEventAttributes:
                return Close(e, WorkflowExecutionStatus.Terminated);
            case AttributesCase.WorkflowExecutionTimedOutEventAttributes:
                return Close(e, WorkflowExecutionStatus.TimedOut);
            case AttributesCase.WorkflowExecutionContinuedAsNewEventAttributes:
                return Close(e, WorkflowExecutionStatus.ContinuedAsNew);
            default:
                return false;
        }
    }

    private bool Close(HistoryEvent e, WorkflowExecutionStatus status)
    {
        Status = status;
        CloseTime = e.EventTime.ToDateTime();
        AdmittedUpdates.Clear();
        return true;
    }

    private bool ApplyToActivities(HistoryEvent e)
    {
        switch (e.AttributesCase)
        {
            case AttributesCase.ActivityTaskScheduledEventAttributes:
                // The timeouts of an activity that is copied by a reset start again at the reset time.
                var scheduled = e.EventTime.ToDateTime();
                Activities[e.EventId] = new(e.EventId, Facts.ResetTime > scheduled ? Facts.ResetTime.Value : scheduled, e.ActivityTaskScheduledEventAttributes);
                return true;
            case AttributesCase.ActivityTaskCancelRequestedEventAttributes:
                if (Activities.TryGetValue(e.ActivityTaskCancelRequestedEventAttributes.ScheduledEventId, out var activity))
                {
                    activity.CancelRequested = true;
                    activity.CancelRequestedEventId = e.EventId;
                }

                return true;
            case AttributesCase.ActivityTaskCompletedEventAttributes:
                return Activities.Remove(e.ActivityTaskCompletedEventAttributes.ScheduledEventId) || true;
            case AttributesCase.ActivityTaskFailedEventAttributes:
                return Activities.Remove(e.ActivityTaskFailedEventAttributes.ScheduledEventId) || true;
            case AttributesCase.ActivityTaskTimedOutEventAttributes:
                return Activities.Remove(e.ActivityTaskTimedOutEventAttributes.ScheduledEventId) || true;
            case AttributesCase.ActivityTaskCanceledEventAttributes:
                return Activities.Remove(e.ActivityTaskCanceledEventAttributes.ScheduledEventId) || true;
            default:
                return false;
        }
    }

    private bool ApplyToChildren(HistoryEvent e)
    {
        switch (e.AttributesCase)
        {
            case AttributesCase.StartChildWorkflowExecutionInitiatedEventAttributes:
                Children[e.EventId] = new(e.EventId, e.StartChildWorkflowExecutionInitiatedEventAttributes);
                return true;
            case AttributesCase.ChildWorkflowExecutionStartedEventAttributes:
                if (Children.TryGetValue(e.ChildWorkflowExecutionStartedEventAttributes.InitiatedEventId, out var child))
                {
                    child.IsStarted = true;
                    child.StartedEventId = e.EventId;
                    child.RunId = e.ChildWorkflowExecutionStartedEventAttributes.WorkflowExecution.RunId;
                }

                return true;
            case AttributesCase.StartChildWorkflowExecutionFailedEventAttributes:
                return Children.Remove(e.StartChildWorkflowExecutionFailedEventAttributes.InitiatedEventId) || true;
            case AttributesCase.ChildWorkflowExecutionCompletedEventAttributes:
                return Children.Remove(e.ChildWorkflowExecutionCompletedEventAttributes.InitiatedEventId) || true;
            case AttributesCase.ChildWorkflowExecutionFailedEventAttributes:
                return Children.Remove(e.ChildWorkflowExecutionFailedEventAttributes.InitiatedEventId) || true;
            case AttributesCase.ChildWorkflowExecutionCanceledEventAttributes:
                return Children.Remove(e.ChildWorkflowExecutionCanceledEventAttributes.InitiatedEventId) || true;
            case AttributesCase.ChildWorkflowExecutionTerminatedEventAttributes:
                return Children.Remove(e.ChildWorkflowExecutionTerminatedEventAttributes.InitiatedEventId) || true;
            case AttributesCase.ChildWorkflowExecutionTimedOutEventAttributes:
                return Children.Remove(e.ChildWorkflowExecutionTimedOutEventAttributes.InitiatedEventId) || true;
            default:
                return false;
        }
    }

    private void ApplyToTheRest(HistoryEvent e)
    {
        switch (e.AttributesCase)
        {
            case AttributesCase.TimerStartedEventAttributes:
                var timer = e.TimerStartedEventAttributes;
                Timers[timer.TimerId] = new(timer.TimerId, e.EventId, e.EventTime.ToDateTime().SaturatingAdd(timer.StartToFireTimeout.Span()));
                break;
            case AttributesCase.TimerFiredEventAttributes:
                Timers.Remove(e.TimerFiredEventAttributes.TimerId);
                break;
            case AttributesCase.TimerCanceledEventAttributes:
                Timers.Remove(e.TimerCanceledEventAttributes.TimerId);
                break;
            case AttributesCase.WorkflowExecutionSignaledEventAttributes:
                SignalCount++;
                if (e.WorkflowExecutionSignaledEventAttributes.RequestId is { Length: > 0 } requestId)
                {
                    SignalRequestIds.Add(requestId);
                }

                break;
            case AttributesCase.WorkflowExecutionCancelRequestedEventAttributes:
                CancelRequested = true;
                break;
            case AttributesCase.UpsertWorkflowSearchAttributesEventAttributes:
                Upsert(e.UpsertWorkflowSearchAttributesEventAttributes.SearchAttributes.IndexedFields, SearchAttributes.IndexedFields);
                break;
            case AttributesCase.WorkflowPropertiesModifiedEventAttributes:
                Upsert(e.WorkflowPropertiesModifiedEventAttributes.UpsertedMemo?.Fields ?? [], Memo.Fields);
                break;
            default:
                ApplyToExternalsAndUpdates(e);
                break;
        }
    }

    private void ApplyToExternalsAndUpdates(HistoryEvent e)
    {
        switch (e.AttributesCase)
        {
            case AttributesCase.SignalExternalWorkflowExecutionInitiatedEventAttributes:
                ExternalSignals[e.EventId] = e.SignalExternalWorkflowExecutionInitiatedEventAttributes;
                break;
            case AttributesCase.ExternalWorkflowExecutionSignaledEventAttributes:
                ExternalSignals.Remove(e.ExternalWorkflowExecutionSignaledEventAttributes.InitiatedEventId);
                break;
            case AttributesCase.SignalExternalWorkflowExecutionFailedEventAttributes:
                ExternalSignals.Remove(e.SignalExternalWorkflowExecutionFailedEventAttributes.InitiatedEventId);
                break;
            case AttributesCase.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes:
                ExternalCancels[e.EventId] = e.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes;
                break;
            case AttributesCase.ExternalWorkflowExecutionCancelRequestedEventAttributes:
                ExternalCancels.Remove(e.ExternalWorkflowExecutionCancelRequestedEventAttributes.InitiatedEventId);
                break;
            case AttributesCase.RequestCancelExternalWorkflowExecutionFailedEventAttributes:
                ExternalCancels.Remove(e.RequestCancelExternalWorkflowExecutionFailedEventAttributes.InitiatedEventId);
                break;
            case AttributesCase.WorkflowExecutionUpdateAdmittedEventAttributes:
                var admitted = e.WorkflowExecutionUpdateAdmittedEventAttributes.Request;
                AdmittedUpdates[admitted.Meta.UpdateId] = admitted;
                UpdatesAdmittedByEvent.Add(admitted.Meta.UpdateId);
                break;
            case AttributesCase.WorkflowExecutionUpdateAcceptedEventAttributes:
                AdmittedUpdates.Remove(e.WorkflowExecutionUpdateAcceptedEventAttributes.ProtocolInstanceId);
                var accepted = e.WorkflowExecutionUpdateAcceptedEventAttributes;
                Updates[accepted.ProtocolInstanceId] = new(accepted.ProtocolInstanceId, e.EventId);
                break;
            case AttributesCase.WorkflowExecutionUpdateCompletedEventAttributes:
                var completed = e.WorkflowExecutionUpdateCompletedEventAttributes;
                if (Updates.TryGetValue(completed.Meta.UpdateId, out var update))
                {
                    update.Outcome = completed.Outcome;
                }

                break;
            default:
                break;
        }
    }

    /// <summary>Merges fields; a nil payload removes a field.</summary>
    private static void Upsert(IDictionary<string, Payload> from, Google.Protobuf.Collections.MapField<string, Payload> into)
    {
        foreach (var (name, value) in from)
        {
            if (PayloadFacts.IsNil(value))
            {
                into.Remove(name);
            }
            else
            {
                into[name] = value;
            }
        }
    }
}
