using EmbeddedTemporal.Frontend;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Activity.V1;

namespace EmbeddedTemporal.History;

/// <summary>What operators do to a pending activity: pause, unpause, reset, change its options. None of it leaves an event.</summary>
internal sealed partial class RunTransaction
{
    /// <summary>No further attempt is dispatched; one that runs hears of it with its next heartbeat.</summary>
    /// <exception cref="Grpc.Core.RpcException">FAILED_PRECONDITION: another request has paused it.</exception>
    public void PauseActivity(PendingActivity activity, string identity, string reason, string requestId)
    {
        var attempt = activity.Current;
        if (attempt.IsPaused && attempt.PauseRequestId == requestId)
        {
            return;
        }

        if (attempt.IsPaused)
        {
            throw ServiceErrors.FailedPrecondition("activity is already paused");
        }

        attempt.IsPaused = true;
        attempt.PausedTime = Now;
        attempt.PausedBy = identity;
        attempt.PauseReason = reason;
        attempt.PauseRequestId = requestId;
        MarkPauseChanged();
    }

    public void UnpauseActivity(PendingActivity activity, bool resetAttempts, bool resetHeartbeat)
    {
        var attempt = activity.Current;
        if (!attempt.IsPaused)
        {
            return;
        }

        EndPause(attempt);
        attempt.HeartbeatDetails = resetHeartbeat ? null : attempt.HeartbeatDetails;
        if (activity.IsStarted)
        {
            attempt.CountsAsFirst |= resetAttempts;
        }
        else
        {
            attempt.Attempt = resetAttempts ? 1 : attempt.Attempt;
            DispatchActivity(activity);
        }
    }

    /// <summary>Counts attempts from one again; the running attempt is left to end first.</summary>
    public void ResetActivity(PendingActivity activity, bool resetHeartbeat, bool keepPaused, bool restoreOptions)
    {
        var attempt = activity.Current;
        attempt.Options = restoreOptions ? null : attempt.Options;
        if (attempt.IsPaused && !keepPaused)
        {
            EndPause(attempt);
        }

        if (activity.IsStarted)
        {
            attempt.ResetRequested = true;
            attempt.ResetHeartbeats = resetHeartbeat;
        }
        else
        {
            attempt.Attempt = 1;
            attempt.HeartbeatDetails = resetHeartbeat ? null : attempt.HeartbeatDetails;
            if (!attempt.IsPaused)
            {
                DispatchActivity(activity);
            }
        }

        IsDirty = true;
    }

    /// <summary>Puts the masked options in place of those that are in force, and answers all of them. An attempt that nobody has begun follows them at once.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: what would be in force is no valid set of options.</exception>
    public ActivityOptions UpdateActivityOptions(PendingActivity activity, ActivityOptions? options, FieldMask? mask, bool restoreOriginal)
    {
        var attempt = activity.Current;
        attempt.Options = restoreOriginal ? null : ActivityOptionsUpdate.Merge(activity.Options, options, mask);
        IsDirty = true;
        if (attempt is { IsBackingOff: true, LastAttemptCompleteTime: { } failed })
        {
            attempt.ScheduledTime = failed.SaturatingAdd(RetryBackoff.Exponential(activity.RetryPolicy, attempt.Attempt - 1));
        }
        else if (RunWork.IsWaitingForWorker(State, activity))
        {
            ActivitiesToDispatch.Add(activity);
        }

        return activity.Options;
    }

    private void EndPause(ActivityAttempt attempt)
    {
        attempt.IsPaused = false;
        attempt.PausedTime = null;
        attempt.PausedBy = "";
        attempt.PauseReason = "";
        attempt.PauseRequestId = "";
        MarkPauseChanged();
    }

    /// <summary>Lists show what is paused.</summary>
    private void MarkPauseChanged()
    {
        IsDirty = true;
        VisibilityChanged = true;
    }
}
