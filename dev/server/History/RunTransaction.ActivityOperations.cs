using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Activity.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.History;

/// <summary>What operators do to a pending activity: pause, unpause, reset, change its options. None of it leaves an event.</summary>
internal sealed partial class RunTransaction
{
    /// <summary>No further attempt is dispatched; one that runs hears of it with its next heartbeat. Pausing again changes nothing.</summary>
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

    /// <summary>Lets attempts begin again. With fresh attempts the one that runs counts as the first at once: if it was a later one, its token is worth nothing any more.</summary>
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
            ScheduleAfresh(activity, Now.SaturatingAdd(Random(jitter)));
        }
    }

    /// <summary>
    /// Counts attempts from one again. A running attempt is left to end first, and if it is paused it stays so; if it was a later one than the
    /// first, its token is worth nothing any more.
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
            ScheduleAfresh(activity, Now.SaturatingAdd(Random(request.Jitter.Span())));
        }
    }

    /// <summary>Puts the masked options in place of those that are in force, and answers all of them. An attempt that nobody has begun follows them at once.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: what would be in force is no valid set of options.</exception>
    public ActivityOptions UpdateActivityOptions(PendingActivity activity, ActivityOptions? options, FieldMask? mask, bool restoreOriginal)
    {
        var attempt = activity.Current;
        attempt.Options = restoreOriginal ? null : ActivityOptionsUpdate.Merge(activity.Options, options, mask);
        IsDirty = true;
        if (!activity.IsStarted)
        {
            ScheduleAfresh(activity, attempt is { Attempt: > 1, LastAttemptCompleteTime: { } failed }
                ? failed.SaturatingAdd(RetryBackoff.Exponential(activity.RetryPolicy, attempt.Attempt))
                : attempt.ScheduledTime);
        }

        return activity.Options;
    }

    /// <summary>Any moment within the span, zero for none: what is set free together need not begin together.</summary>
    private static TimeSpan Random(TimeSpan within) =>
        within > TimeSpan.Zero ? TimeSpan.FromTicks(System.Random.Shared.NextInt64(within.Ticks)) : TimeSpan.Zero;

    /// <summary>Schedules the current attempt again. What the last one failed of is forgotten.</summary>
    private void ScheduleAfresh(PendingActivity activity, DateTime due)
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

    /// <summary>Lists show what is paused.</summary>
    private void MarkPauseChanged()
    {
        IsDirty = true;
        VisibilityChanged = true;
    }
}
