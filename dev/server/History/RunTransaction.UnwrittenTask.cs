using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History;

/// <summary>Transient and speculative tasks, which a worker sees and history does not, as long as nothing came of them.</summary>
internal sealed partial class RunTransaction
{
    /// <summary>Answers the events of a task that has none in history yet, for the worker's eyes.</summary>
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
