using EmbeddedTemporal.History;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;
using AttributesCase = Temporalio.Api.History.V1.HistoryEvent.AttributesOneofCase;

namespace EmbeddedTemporal.Handlers;

/// <summary>Reapplies external events after the reset point to the new run: signals, updates, option changes and child events, but not cancel requests.</summary>
internal sealed class ResetReapply(ResetWorkflowExecutionRequest request, RunTransaction next)
{
    private static readonly ResetReapplyExcludeType[] Everything =
        [ResetReapplyExcludeType.Signal, ResetReapplyExcludeType.Update, ResetReapplyExcludeType.Nexus, ResetReapplyExcludeType.CancelRequest];

    public void Apply(IEnumerable<HistoryEvent> events)
    {
        if (Everything.All(request.ResetReapplyExcludeTypes.Contains))
        {
            return;
        }

        foreach (var e in events)
        {
            switch (e.AttributesCase)
            {
                case AttributesCase.WorkflowExecutionSignaledEventAttributes when Includes(ResetReapplyExcludeType.Signal):
                    Signal(e);
                    break;
                case AttributesCase.WorkflowExecutionOptionsUpdatedEventAttributes:
                    ReapplyOptions(e);
                    break;
                case AttributesCase.WorkflowExecutionUpdateAdmittedEventAttributes when Includes(ResetReapplyExcludeType.Update):
                    Admit(e.WorkflowExecutionUpdateAdmittedEventAttributes.Request);
                    break;
                case AttributesCase.WorkflowExecutionUpdateAcceptedEventAttributes when Includes(ResetReapplyExcludeType.Update):
                    Admit(e.WorkflowExecutionUpdateAcceptedEventAttributes.AcceptedRequest);
                    break;
                default:
                    ApplyToChild(e);
                    break;
            }
        }
    }

    private bool Includes(ResetReapplyExcludeType type) => !request.ResetReapplyExcludeTypes.Contains(type) && request.ResetReapplyType switch
    {
        ResetReapplyType.None => false,
        ResetReapplyType.Signal => type == ResetReapplyExcludeType.Signal,
        _ => true,
    };

    /// <summary>Adds the signal without its request id, so that a later duplicate of the request is not deduplicated.</summary>
    private void Signal(HistoryEvent e) => next.AddEvent(e.EventType, copy =>
    {
        var signal = e.WorkflowExecutionSignaledEventAttributes;
        copy.WorkflowExecutionSignaledEventAttributes = new()
        {
            SignalName = signal.SignalName,
            Input = signal.Input,
            Identity = signal.Identity,
            Header = signal.Header,
        };
        copy.Links.AddRange(e.Links);
    });

    private void ReapplyOptions(HistoryEvent e) => next.AddEvent(e.EventType, copy =>
    {
        copy.MergeFrom(e);
        copy.EventTime = Time.TimeConversions.ToProto(next.Now);
    });

    private void Admit(Request? update)
    {
        if (update is null || next.State.Updates.ContainsKey(update.Meta.UpdateId) || next.State.AdmittedUpdates.ContainsKey(update.Meta.UpdateId))
        {
            return;
        }

        next.AddEvent(EventType.WorkflowExecutionUpdateAdmitted, e => e.WorkflowExecutionUpdateAdmittedEventAttributes = new()
        {
            Request = update,
            Origin = UpdateAdmittedEventOrigin.Reapply,
        });
        next.Run.Updates.Admit(update);
    }

    /// <summary>Reapplies an event of a child that was initiated before the reset point and still belongs to the new run.</summary>
    private void ApplyToChild(HistoryEvent e)
    {
        var initiated = e.AttributesCase switch
        {
            AttributesCase.ChildWorkflowExecutionStartedEventAttributes => e.ChildWorkflowExecutionStartedEventAttributes.InitiatedEventId,
            AttributesCase.StartChildWorkflowExecutionFailedEventAttributes => e.StartChildWorkflowExecutionFailedEventAttributes.InitiatedEventId,
            AttributesCase.ChildWorkflowExecutionCompletedEventAttributes => e.ChildWorkflowExecutionCompletedEventAttributes.InitiatedEventId,
            AttributesCase.ChildWorkflowExecutionFailedEventAttributes => e.ChildWorkflowExecutionFailedEventAttributes.InitiatedEventId,
            AttributesCase.ChildWorkflowExecutionCanceledEventAttributes => e.ChildWorkflowExecutionCanceledEventAttributes.InitiatedEventId,
            AttributesCase.ChildWorkflowExecutionTerminatedEventAttributes => e.ChildWorkflowExecutionTerminatedEventAttributes.InitiatedEventId,
            AttributesCase.ChildWorkflowExecutionTimedOutEventAttributes => e.ChildWorkflowExecutionTimedOutEventAttributes.InitiatedEventId,
            _ => 0,
        };
        if (!next.State.Children.TryGetValue(initiated, out var child))
        {
            return;
        }

        next.AddEvent(e.EventType, copy =>
        {
            copy.MergeFrom(e);
            copy.EventTime = Time.TimeConversions.ToProto(next.Now);
            RewireStarted(copy, child.StartedEventId);
        });
    }

    private static void RewireStarted(HistoryEvent e, long startedEventId)
    {
        if (e.ChildWorkflowExecutionCompletedEventAttributes is { } completed)
        {
            completed.StartedEventId = startedEventId;
        }
        else if (e.ChildWorkflowExecutionFailedEventAttributes is { } failed)
        {
            failed.StartedEventId = startedEventId;
        }
        else if (e.ChildWorkflowExecutionCanceledEventAttributes is { } canceled)
        {
            canceled.StartedEventId = startedEventId;
        }
        else if (e.ChildWorkflowExecutionTerminatedEventAttributes is { } terminated)
        {
            terminated.StartedEventId = startedEventId;
        }
        else if (e.ChildWorkflowExecutionTimedOutEventAttributes is { } timedOut)
        {
            timedOut.StartedEventId = startedEventId;
        }
    }
}
