using EmbeddedTemporal.History.State;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History;

/// <summary>Timer tasks of a run.</summary>
internal sealed partial class RunTransaction
{
    /// <summary>Fires the due timer tasks in the order of their due times.</summary>
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

    /// <summary>Ends the back-off of the first workflow task, because it has elapsed or because a request does not wait for it.</summary>
    public void EndFirstTaskDelay()
    {
        IsDirty |= State.Facts.FirstWorkflowTaskDue is not null;
        State.Facts.FirstWorkflowTaskDue = null;
        ScheduleWorkflowTask();
    }
}
