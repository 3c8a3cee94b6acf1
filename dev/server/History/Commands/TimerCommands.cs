using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>Starting and cancelling timers.</summary>
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
        var asked = command.StartTimerCommandAttributes;
        Require.Name(asked.TimerId, WorkflowTaskFailedCause.BadStartTimerAttributes, "TimerId");
        Require.Duration(asked.StartToFireTimeout, WorkflowTaskFailedCause.BadStartTimerAttributes, $"StartToFireTimeout is set on StartTimerCommand. TimerId={asked.TimerId}");
        Require.That(!context.State.Timers.ContainsKey(asked.TimerId), WorkflowTaskFailedCause.StartTimerDuplicateId, $"timer with id {asked.TimerId} is already pending");
        context.Tx.AddEvent(EventType.TimerStarted, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.TimerStartedEventAttributes = new()
            {
                TimerId = asked.TimerId,
                StartToFireTimeout = asked.StartToFireTimeout,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
            };
        });
    }

    private static void Cancel(CommandContext context, CancelTimerCommandAttributes asked)
    {
        Require.Name(asked.TimerId, WorkflowTaskFailedCause.BadCancelTimerAttributes, "TimerId");
        var state = context.State;
        long startedEventId;
        if (state.Timers.TryGetValue(asked.TimerId, out var timer))
        {
            startedEventId = timer.StartedEventId;
        }
        else
        {
            // It fired while the worker decided: the workflow has not seen that, so for it the cancellation came first.
            var fired = state.Buffered.Find(e => e.TimerFiredEventAttributes?.TimerId == asked.TimerId);
            Require.That(fired is not null, WorkflowTaskFailedCause.BadCancelTimerAttributes, $"unable to find timer with TimerID={asked.TimerId}");
            state.Buffered.Remove(fired!);
            startedEventId = fired!.TimerFiredEventAttributes.StartedEventId;
        }

        context.Tx.AddEvent(EventType.TimerCanceled, e => e.TimerCanceledEventAttributes = new()
        {
            TimerId = asked.TimerId,
            StartedEventId = startedEventId,
            WorkflowTaskCompletedEventId = context.CompletedEventId,
            Identity = context.Request.Identity,
        });
    }
}
