using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History;

/// <summary>A timer task of a run: what happens when it is due.</summary>
internal sealed record RunDeadline(DateTime Due, Action<RunTransaction> Fire);

/// <summary>
/// The timer tasks of a run, derived from its mutable state: they are not persisted separately, and are derived again after a restart.
/// </summary>
internal static class RunDeadlines
{
    public static List<RunDeadline> Of(MutableState state)
    {
        var deadlines = new List<RunDeadline>();
        if (!state.IsRunning)
        {
            return deadlines;
        }

        AddOfExecution(state, deadlines);
        AddOfWorkflowTask(state, deadlines);
        foreach (var activity in state.Activities.Values)
        {
            AddOfActivity(activity, deadlines);
        }

        foreach (var timer in state.Timers.Values)
        {
            deadlines.Add(new(timer.Due, tx => tx.FireTimer(timer)));
        }

        return deadlines;
    }

    public static DateTime? Next(MutableState state)
    {
        DateTime? next = null;
        foreach (var deadline in Of(state))
        {
            if (next is null || deadline.Due < next)
            {
                next = deadline.Due;
            }
        }

        return next;
    }

    /// <summary>Returns the earlier of the run timeout and the execution timeout, or null.</summary>
    public static DateTime? RunExpiration(MutableState state)
    {
        var start = state.StartTime + state.Started.FirstWorkflowTaskBackoff.Span();
        DateTime? end = state.Started.WorkflowRunTimeout.Span() is { Ticks: > 0 } run ? start.SaturatingAdd(run) : null;
        var executionEnd = state.Started.WorkflowExecutionExpirationTime?.ToDateTime();
        return executionEnd is not null && (end is null || executionEnd < end) ? executionEnd : end;
    }

    private static void AddOfExecution(MutableState state, List<RunDeadline> deadlines)
    {
        if (RunExpiration(state) is { } expiration)
        {
            deadlines.Add(new(expiration, tx => tx.TimeOut()));
        }

        if (state.Facts.FirstWorkflowTaskDue is { } due)
        {
            deadlines.Add(new(due, tx => tx.EndFirstTaskDelay()));
        }
    }

    private static void AddOfWorkflowTask(MutableState state, List<RunDeadline> deadlines)
    {
        switch (state.WorkflowTask)
        {
            case { StartedTime: { } started } task:
                deadlines.Add(new(started + task.StartToCloseTimeout, tx => tx.TimeOutWorkflowTask(TimeoutType.StartToClose)));
                break;
            case { ScheduleToStartDeadline: { } due } when !state.IsPaused:
                deadlines.Add(new(due, tx => tx.TimeOutWorkflowTask(TimeoutType.ScheduleToStart)));
                break;
            default:
                break;
        }
    }

    private static void AddOfActivity(PendingActivity activity, List<RunDeadline> deadlines)
    {
        var attempt = activity.Current;
        if (attempt.IsPaused)
        {
            // No timeouts fire while the activity is paused; those that have elapsed by then fire when it is unpaused.
            return;
        }

        if (activity.ScheduleToCloseDeadline is { } end)
        {
            deadlines.Add(new(end, tx => tx.TimeOutActivity(activity, TimeoutType.ScheduleToClose)));
        }

        if (attempt.StartedTime is { } started)
        {
            if (activity.StartToCloseTimeout is { Ticks: > 0 } startToClose)
            {
                deadlines.Add(new(started.SaturatingAdd(startToClose), tx => tx.TimeOutActivity(activity, TimeoutType.StartToClose)));
            }

            if (activity.HeartbeatTimeout is { Ticks: > 0 } heartbeat)
            {
                var last = attempt.LastHeartbeatTime is { } beat && beat > started ? beat : started;
                deadlines.Add(new(last.SaturatingAdd(heartbeat), tx => tx.TimeOutActivity(activity, TimeoutType.Heartbeat)));
            }
        }
        else if (attempt.IsBackingOff)
        {
            deadlines.Add(new(attempt.ScheduledTime, tx => tx.DispatchActivity(activity)));
        }
        else if (activity.ScheduleToStartTimeout is { Ticks: > 0 } scheduleToStart)
        {
            deadlines.Add(new(attempt.ScheduledTime.SaturatingAdd(scheduleToStart), tx => tx.TimeOutActivity(activity, TimeoutType.ScheduleToStart)));
        }
    }
}
