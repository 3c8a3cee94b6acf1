using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History;

/// <summary>Transient and speculative workflow tasks, whose events are sent to the worker but are not in history yet.</summary>
internal sealed partial class RunTransaction
{
    /// <summary>Returns the scheduled and started events of a task that has none in history, to be sent to the worker.</summary>
    public static IReadOnlyList<HistoryEvent> UnwrittenEvents(MutableState state)
    {
        if (state.WorkflowTask is not { Kind: not WorkflowTaskKind.Normal } task || task.ScheduledEventId != state.NextEventId)
        {
            return [];
        }

        var scheduled = new HistoryEvent { EventId = task.ScheduledEventId, EventTime = task.ScheduledTime.ToProto(), EventType = EventType.WorkflowTaskScheduled };
        scheduled.WorkflowTaskScheduledEventAttributes = ScheduledAttributes(state, task);
        if (!task.IsStarted)
        {
            return [scheduled];
        }

        var started = new HistoryEvent { EventId = task.StartedEventId, EventTime = task.StartedTime!.Value.ToProto(), EventType = EventType.WorkflowTaskStarted };
        started.WorkflowTaskStartedEventAttributes = StartedAttributes(task);
        return [scheduled, started];
    }
}
