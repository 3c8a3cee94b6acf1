using EmbeddedTemporal.History.Limits;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Activity.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.History;

/// <summary>Operations on pending activities: pause, unpause, reset, update options. They write no history events.</summary>
internal sealed partial class RunTransaction
{
    /// <summary>
    /// Pauses the activity: no further attempt is dispatched, and a running attempt is notified with its next heartbeat. No effect if it is paused already.
    /// </summary>
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
        MarkPauseChanged();
    }

    /// <summary>
    /// Unpauses the activity. Resetting the attempts also renumbers a running attempt to 1, which invalidates its task token unless it was the first attempt.
    /// </summary>
    public void UnpauseActivity(PendingActivity activity, bool resetAttempts, bool resetHeartbeat, TimeSpan jitter)
    {
        var attempt = activity.Current;
        if (!attempt.IsPaused)
        {
            return;
        }

        EndPause(attempt);
        attempt.Attempt = resetAttempts ? 1 : attempt.Attempt;
        if (resetHeartbeat)
        {
            attempt.ForgetHeartbeats();
        }

        if (!activity.IsStarted)
        {
            RescheduleAttempt(activity, Now.SaturatingAdd(Random(jitter)));
        }
    }

    /// <summary>
    /// Resets the attempt to 1. A running attempt continues, and stays paused if it is; its task token becomes invalid unless it was the first
    /// attempt.
    /// </summary>
    public void ResetActivity(PendingActivity activity, ResetActivityRequest request)
    {
        var attempt = activity.Current;
        attempt.Attempt = 1;
        attempt.ResetRequested = true;
        attempt.ResetHeartbeats |= request.ResetHeartbeat;
        attempt.Options = request.RestoreOriginalOptions ? null : attempt.Options;
        IsDirty = true;
        if ((activity.IsStarted && !activity.CancelRequested) || (attempt.IsPaused && request.KeepPaused))
        {
            return;
        }

        if (attempt.IsPaused)
        {
            EndPause(attempt);
        }

        if (!activity.IsStarted)
        {
            RescheduleAttempt(activity, Now.SaturatingAdd(Random(request.Jitter.Span())));
        }
    }

    /// <summary>Replaces the options of the mask and returns all current options. An attempt that is not started is rescheduled with them.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the resulting options are invalid.</exception>
    public ActivityOptions UpdateActivityOptions(PendingActivity activity, ActivityOptions? options, FieldMask? mask, bool restoreOriginal)
    {
        var attempt = activity.Current;
        attempt.Options = restoreOriginal ? null : ActivityOptionsUpdate.Merge(activity.Options, options, mask);
        IsDirty = true;
        if (!activity.IsStarted)
        {
            RescheduleAttempt(activity, attempt is { Attempt: > 1, LastAttemptCompleteTime: { } failed }
                ? failed.SaturatingAdd(RetryBackoff.Exponential(activity.RetryPolicy, attempt.Attempt))
                : attempt.ScheduledTime);
        }

        return activity.Options;
    }

    /// <summary>Returns a random delay below the jitter, so that activities that are unpaused together do not all start at once.</summary>
    private static TimeSpan Random(TimeSpan within) =>
        within > TimeSpan.Zero ? TimeSpan.FromTicks(System.Random.Shared.NextInt64(within.Ticks)) : TimeSpan.Zero;

    /// <summary>Schedules the current attempt again and clears the last failure.</summary>
    private void RescheduleAttempt(PendingActivity activity, DateTime due)
    {
        var attempt = activity.Current;
        attempt.LastFailure = null;
        attempt.EndReset();
        attempt.ScheduledTime = due;
        attempt.IsBackingOff = due > Now;
        if (RunWork.IsWaitingForWorker(State, activity))
        {
            ActivitiesToDispatch.Add(activity);
        }
    }

    private void EndPause(ActivityAttempt attempt)
    {
        attempt.IsPaused = false;
        attempt.PausedTime = null;
        attempt.PausedBy = "";
        attempt.PauseReason = "";
        MarkPauseChanged();
    }

    /// <summary>Marks the run as changed, also in visibility, because TemporalPauseInfo has changed.</summary>
    private void MarkPauseChanged()
    {
        IsDirty = true;
        VisibilityChanged = true;
    }
}
