using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>StartTimer and CancelTimer.</summary>
internal static class TimerCommands
{
    public static void Handle(CommandContext context, Command command)
    {
        if (command.CommandType == CommandType.StartTimer)
        {
            Start(context, command);
        }
        else
        {
            Cancel(context, command.CancelTimerCommandAttributes);
        }
    }

    private static void Start(CommandContext context, Command command)
    {
        var attributes = command.StartTimerCommandAttributes;
        Require.Name(attributes.TimerId, WorkflowTaskFailedCause.BadStartTimerAttributes, "TimerId");
        Require.Duration(
            attributes.StartToFireTimeout, WorkflowTaskFailedCause.BadStartTimerAttributes, $"StartToFireTimeout is set on StartTimerCommand. TimerId={attributes.TimerId}");
        Require.That(!context.State.Timers.ContainsKey(attributes.TimerId), WorkflowTaskFailedCause.StartTimerDuplicateId, $"timer with id {attributes.TimerId} is already pending");
        context.Tx.AddEvent(EventType.TimerStarted, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.TimerStartedEventAttributes = new()
            {
                TimerId = attributes.TimerId,
                StartToFireTimeout = attributes.StartToFireTimeout,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
            };
        });
    }

    private static void Cancel(CommandContext context, CancelTimerCommandAttributes attributes)
    {
        Require.Name(attributes.TimerId, WorkflowTaskFailedCause.BadCancelTimerAttributes, "TimerId");
        var state = context.State;
        long startedEventId;
        if (state.Timers.TryGetValue(attributes.TimerId, out var timer))
        {
            startedEventId = timer.StartedEventId;
        }
        else
        {
            // The timer fired during the workflow task. The workflow has not seen the buffered event, so the cancellation takes precedence.
            var fired = state.Buffered.Find(e => e.TimerFiredEventAttributes?.TimerId == attributes.TimerId);
            Require.That(fired is not null, WorkflowTaskFailedCause.BadCancelTimerAttributes, $"unable to find timer with TimerID={attributes.TimerId}");
            state.Buffered.Remove(fired!);
            startedEventId = fired!.TimerFiredEventAttributes.StartedEventId;
        }

        context.Tx.AddEvent(EventType.TimerCanceled, e => e.TimerCanceledEventAttributes = new()
        {
            TimerId = attributes.TimerId,
            StartedEventId = startedEventId,
            WorkflowTaskCompletedEventId = context.CompletedEventId,
            Identity = context.Request.Identity,
        });
    }
}
