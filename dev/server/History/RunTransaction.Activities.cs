using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.Limits;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;

namespace EmbeddedTemporal.History;

/// <summary>
/// Attempts and completion of activities. Attempts write no events: the started event is written together with the event that closes the activity.
/// </summary>
internal sealed partial class RunTransaction
{
    /// <summary>Starts the current attempt on a worker.</summary>
    public void StartActivity(PendingActivity activity, string identity, WorkerVersion? worker = null)
    {
        activity.Current.StartedTime = Now;
        activity.Current.Identity = identity;
        activity.Current.Version = worker ?? activity.Current.Version;
        activity.Current.RequestId = Guid.NewGuid().ToString();
        IsDirty = true;
    }

    /// <summary>Completes the activity with a result. If it is not started, the caller of the completion is recorded as its worker.</summary>
    public void CompleteActivity(PendingActivity activity, Payloads? result, string identity)
    {
        if (!activity.IsStarted)
        {
            StartActivity(activity, identity);
            activity.Current.RequestId = "";
        }

        var started = AddActivityStarted(activity);
        AddEvent(EventType.ActivityTaskCompleted, e => e.ActivityTaskCompletedEventAttributes = new()
        {
            Result = result,
            ScheduledEventId = activity.ScheduledEventId,
            StartedEventId = started,
            Identity = identity,
        });
        ScheduleWorkflowTask();
    }

    /// <summary>Fails the current attempt; the activity fails if it is not retried.</summary>
    public void FailActivity(PendingActivity activity, Failure failure, string identity)
    {
        if (RetryActivity(activity, failure) is { } final)
        {
            var started = AddActivityStarted(activity);
            AddEvent(EventType.ActivityTaskFailed, e => e.ActivityTaskFailedEventAttributes = new()
            {
                Failure = failure,
                ScheduledEventId = activity.ScheduledEventId,
                StartedEventId = started,
                Identity = identity,
                RetryState = final,
            });
            ScheduleWorkflowTask();
        }
    }

    /// <summary>Cancels the activity: its worker has confirmed the cancellation, or it was not started.</summary>
    public void CancelActivity(PendingActivity activity, Payloads? details, string identity)
    {
        var started = AddActivityStarted(activity);
        AddEvent(EventType.ActivityTaskCanceled, e => e.ActivityTaskCanceledEventAttributes = new()
        {
            Details = details,
            LatestCancelRequestedEventId = activity.CancelRequestedEventId,
            ScheduledEventId = activity.ScheduledEventId,
            StartedEventId = started,
            Identity = identity,
        });
        ScheduleWorkflowTask();
    }

    /// <summary>
    /// Applies one of the four activity timeouts. If there is no time left for another attempt, the timeout type becomes schedule-to-close.
    /// </summary>
    public void TimeOutActivity(PendingActivity activity, TimeoutType timeout)
    {
        var failure = TimeoutFailure($"activity {timeout} timeout", timeout);
        if (RetryActivity(activity, failure) is not { } final)
        {
            return;
        }

        if (final == RetryState.Timeout && timeout != TimeoutType.ScheduleToStart)
        {
            failure = TimeoutFailure("Not enough time to schedule next retry before activity ScheduleToClose timeout, giving up retrying", TimeoutType.ScheduleToClose);
        }

        failure.TimeoutFailureInfo.LastHeartbeatDetails = activity.Current.HeartbeatDetails;
        failure.Cause = activity.Current.LastFailure;
        var started = AddActivityStarted(activity);
        AddEvent(EventType.ActivityTaskTimedOut, e => e.ActivityTaskTimedOutEventAttributes = new()
        {
            ScheduledEventId = activity.ScheduledEventId,
            StartedEventId = started,
            Failure = failure,
            RetryState = final,
        });
        ScheduleWorkflowTask();
    }

    public void RecordHeartbeat(PendingActivity activity, Payloads? details)
    {
        activity.Current.LastHeartbeatTime = Now;
        activity.Current.HeartbeatDetails = details;
        IsDirty = true;
    }

    /// <summary>Dispatches the attempt after its back-off.</summary>
    public void DispatchActivity(PendingActivity activity)
    {
        activity.Current.IsBackingOff = false;
        activity.Current.ScheduledTime = Now;
        ActivitiesToDispatch.Add(activity);
        IsDirty = true;
    }

    private static Failure TimeoutFailure(string message, TimeoutType timeout) =>
        new() { Message = message, Source = "Server", TimeoutFailureInfo = new() { TimeoutType = timeout } };

    /// <summary>
    /// Prepares the next attempt, or returns why there is none. A paused activity is retried regardless of its remaining attempts and time, unless the failure
    /// is non-retryable.
    /// </summary>
    private RetryState? RetryActivity(PendingActivity activity, Failure failure)
    {
        if (activity.CancelRequested)
        {
            return RetryState.CancelRequested;
        }

        if (failure.TimeoutFailureInfo is { TimeoutType: TimeoutType.ScheduleToStart or TimeoutType.ScheduleToClose })
        {
            return RetryState.Timeout;
        }

        var attempt = activity.Current;
        var backoff = RetryBackoff.OfActivity(activity.RetryPolicy, attempt.Attempt, failure, Now, activity.ScheduleToCloseDeadline);
        if (!backoff.IsRetried && (!attempt.IsPaused || backoff.State == RetryState.NonRetryableFailure))
        {
            return backoff.State;
        }

        attempt.Attempt++;
        attempt.StartedTime = null;
        attempt.LastFailure = failure;
        attempt.LastAttemptCompleteTime = Now;
        attempt.IsBackingOff = true;
        if (!attempt.IsPaused)
        {
            attempt.EndReset();
            attempt.ScheduledTime = Now.SaturatingAdd(backoff.Interval);
        }

        IsDirty = true;
        return null;
    }

    private long AddActivityStarted(PendingActivity activity)
    {
        VisibilityChanged |= activity.Current.IsPaused;
        if (activity.Current is not { StartedTime: { } startedTime } attempt)
        {
            return 0;
        }

        return AddEvent(EventType.ActivityTaskStarted, e =>
        {
            e.EventTime = startedTime.ToProto();
            e.ActivityTaskStartedEventAttributes = new()
            {
                ScheduledEventId = activity.ScheduledEventId,
                Identity = attempt.Identity,
                RequestId = attempt.RequestId,
                Attempt = attempt.Attempt,
                LastFailure = attempt.LastFailure,
            };
        }).EventId;
    }
}
