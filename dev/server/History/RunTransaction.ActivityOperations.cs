using EmbeddedTemporal.History.State;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Activity.V1;

namespace EmbeddedTemporal.History;

/// <summary>What operators do to a pending activity: pause, unpause, reset, change its options. None of it leaves an event.</summary>
internal sealed partial class RunTransaction
{
    /// <summary>No further attempt is dispatched; one that runs hears of it with its next heartbeat.</summary>
    public void PauseActivity(PendingActivity activity, string identity, string reason)
    {
        var attempt = activity.Current;
        if (attempt.IsPaused)
        {
            return;
        }

        attempt.IsPaused = true;
        attempt.PausedTime = Now;
        attempt.PausedBy = identity;
        attempt.PauseReason = reason;
        IsDirty = true;
    }

    public void UnpauseActivity(PendingActivity activity, bool resetAttempts, bool resetHeartbeat)
    {
        var attempt = activity.Current;
        if (!attempt.IsPaused)
        {
            return;
        }

        attempt.IsPaused = false;
        attempt.PausedTime = null;
        attempt.PausedBy = "";
        attempt.PauseReason = "";
        if (resetHeartbeat)
        {
            attempt.HeartbeatDetails = null;
        }

        if (!activity.IsStarted)
        {
            attempt.Attempt = resetAttempts ? 1 : attempt.Attempt;
            DispatchActivity(activity);
        }
        else if (resetAttempts)
        {
            attempt.ResetRequested = true;
        }

        IsDirty = true;
    }

    /// <summary>Counts attempts from one again; the running attempt is left to end first.</summary>
    public void ResetActivity(PendingActivity activity, bool resetHeartbeat, bool keepPaused, bool restoreOptions)
    {
        var attempt = activity.Current;
        attempt.Options = restoreOptions ? null : attempt.Options;
        if (activity.IsStarted)
        {
            attempt.ResetRequested = true;
            attempt.ResetHeartbeats = resetHeartbeat;
        }
        else
        {
            attempt.Attempt = 1;
            attempt.LastFailure = null;
            attempt.HeartbeatDetails = resetHeartbeat ? null : attempt.HeartbeatDetails;
            if (!attempt.IsPaused || !keepPaused)
            {
                attempt.IsPaused = false;
                DispatchActivity(activity);
            }
        }

        IsDirty = true;
    }

    /// <summary>Puts the masked options in place of those that are in force, and answers all of them.</summary>
    public ActivityOptions UpdateActivityOptions(PendingActivity activity, ActivityOptions? options, FieldMask? mask, bool restoreOriginal)
    {
        var attempt = activity.Current;
        attempt.Options = restoreOriginal ? null : attempt.Options;
        var updated = OptionsInForce(activity);
        if (!restoreOriginal)
        {
            mask?.Merge(options ?? new ActivityOptions(), updated);
            attempt.Options = updated;
        }

        IsDirty = true;
        if (RunWork.IsWaitingForWorker(activity))
        {
            ActivitiesToDispatch.Add(activity);
        }

        return updated;
    }

    private static ActivityOptions OptionsInForce(PendingActivity activity) => new()
    {
        TaskQueue = new() { Name = activity.TaskQueue },
        ScheduleToCloseTimeout = Time.TimeConversions.ToProto(activity.ScheduleToCloseTimeout),
        ScheduleToStartTimeout = Time.TimeConversions.ToProto(activity.ScheduleToStartTimeout),
        StartToCloseTimeout = Time.TimeConversions.ToProto(activity.StartToCloseTimeout),
        HeartbeatTimeout = Time.TimeConversions.ToProto(activity.HeartbeatTimeout),
        RetryPolicy = activity.RetryPolicy.Clone(),
        Priority = activity.Scheduled.Priority,
    };
}
