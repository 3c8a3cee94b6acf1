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

    /// <summary>The first workflow task may come: its time is there, or somebody asks for it who does not wait.</summary>
    public void EndFirstTaskDelay()
    {
        IsDirty |= State.Facts.FirstWorkflowTaskDue is not null;
        State.Facts.FirstWorkflowTaskDue = null;
        ScheduleWorkflowTask();
    }
}
