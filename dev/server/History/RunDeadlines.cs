using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History;

/// <summary>One thing that happens to a run at a time.</summary>
internal sealed record RunDeadline(DateTime Due, Action<RunTransaction> Fire);

/// <summary>
/// What a run waits for, derived from its state alone: so nothing has to be remembered about timers, and a restart finds them all again.
/// </summary>
internal static class RunDeadlines
{
    public static IEnumerable<RunDeadline> Of(MutableState state)
    {
        if (!state.IsRunning)
        {
            return [];
        }

        return OfExecution(state).Concat(OfWorkflowTask(state)).Concat(state.Activities.Values.SelectMany(OfActivity))
            .Concat(state.Timers.Values.Select(timer => new RunDeadline(timer.Due, tx => tx.FireTimer(timer))));
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

    /// <summary>Answers when the run must have ended, or null.</summary>
    public static DateTime? RunExpiration(MutableState state)
    {
        var start = state.StartTime + state.Started.FirstWorkflowTaskBackoff.Span();
        DateTime? end = state.Started.WorkflowRunTimeout.Span() is { Ticks: > 0 } run ? start.SaturatingAdd(run) : null;
        var whole = state.Started.WorkflowExecutionExpirationTime?.ToDateTime();
        return whole is not null && (end is null || whole < end) ? whole : end;
    }

    private static IEnumerable<RunDeadline> OfExecution(MutableState state)
    {
        if (RunExpiration(state) is { } expiration)
        {
            yield return new(expiration, tx => tx.TimeOut());
        }

        if (state.Facts.FirstWorkflowTaskDue is { } due)
        {
            yield return new(due, tx => tx.EndFirstTaskDelay());
        }
    }

    private static IEnumerable<RunDeadline> OfWorkflowTask(MutableState state)
    {
        switch (state.WorkflowTask)
        {
            case { StartedTime: { } started } task:
                yield return new(started + task.StartToCloseTimeout, tx => tx.TimeOutWorkflowTask(TimeoutType.StartToClose));
                break;
            case { NotBefore: { } due }:
                yield return new(due, tx => tx.EndTaskDelay());
                break;
            case { ScheduleToStartDeadline: { } due }:
                yield return new(due, tx => tx.TimeOutWorkflowTask(TimeoutType.ScheduleToStart));
                break;
            default:
                break;
        }
    }

    private static IEnumerable<RunDeadline> OfActivity(PendingActivity activity)
    {
        var attempt = activity.Current;
        if (activity.ScheduleToCloseDeadline is { } end)
        {
            yield return new(end, tx => tx.TimeOutActivity(activity, TimeoutType.ScheduleToClose));
        }

        if (attempt.StartedTime is { } started)
        {
            if (activity.StartToCloseTimeout is { Ticks: > 0 } startToClose)
            {
                yield return new(started.SaturatingAdd(startToClose), tx => tx.TimeOutActivity(activity, TimeoutType.StartToClose));
            }

            if (activity.HeartbeatTimeout is { Ticks: > 0 } heartbeat)
            {
                var last = attempt.LastHeartbeatTime ?? started;
                yield return new(last.SaturatingAdd(heartbeat), tx => tx.TimeOutActivity(activity, TimeoutType.Heartbeat));
            }
        }
        else if (attempt.IsPaused)
        {
            yield break;
        }
        else if (attempt.IsBackingOff)
        {
            yield return new(attempt.ScheduledTime, tx => tx.DispatchActivity(activity));
        }
        else if (activity.ScheduleToStartTimeout is { Ticks: > 0 } scheduleToStart)
        {
            yield return new(attempt.ScheduledTime.SaturatingAdd(scheduleToStart), tx => tx.TimeOutActivity(activity, TimeoutType.ScheduleToStart));
        }
    }
}
