using EmbeddedTemporal.History.State;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History;

/// <summary>Everything that happens to a run because time has come.</summary>
internal sealed partial class RunTransaction
{
    /// <summary>Does what is due, in the order in which it fell due.</summary>
    public void FireDueTimers()
    {
        while (State.IsRunning)
        {
            var due = RunDeadlines.Of(State).Where(deadline => deadline.Due <= Now).MinBy(deadline => deadline.Due);
            if (due is null)
            {
                return;
            }

            due.Fire(this);
        }
    }

    public void FireTimer(UserTimer timer)
    {
        AddEvent(EventType.TimerFired, e => e.TimerFiredEventAttributes = new() { TimerId = timer.TimerId, StartedEventId = timer.StartedEventId });
        ScheduleWorkflowTask();
    }

    /// <summary>The start delay is over: the first workflow task may come.</summary>
    public void EndFirstTaskDelay()
    {
        State.Facts.FirstWorkflowTaskDue = null;
        IsDirty = true;
        ScheduleWorkflowTask();
    }

    /// <summary>A workflow task that was held back may go out.</summary>
    public void EndTaskDelay()
    {
        State.WorkflowTask!.NotBefore = null;
        DispatchesWorkflowTask = true;
        IsDirty = true;
    }
}
