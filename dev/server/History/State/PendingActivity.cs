using EmbeddedTemporal.Time;
using Temporalio.Api.Activity.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>An activity that is scheduled and not closed.</summary>
internal sealed class PendingActivity(long scheduledEventId, DateTime firstScheduledTime, ActivityTaskScheduledEventAttributes scheduled)
{
    public long ScheduledEventId { get; } = scheduledEventId;

    /// <summary>Gets the scheduled time of the first attempt, from which the schedule-to-close timeout counts.</summary>
    public DateTime FirstScheduledTime { get; } = firstScheduledTime;

    public ActivityTaskScheduledEventAttributes Scheduled { get; } = scheduled;

    public string ActivityId => Scheduled.ActivityId;

    /// <summary>Gets or sets the current attempt.</summary>
    public ActivityAttempt Current { get; set; } = new() { ScheduledTime = firstScheduledTime };

    public bool IsStarted => Current.StartedTime is not null;

    /// <summary>Gets or sets the id of the cancel-requested event, zero if there is none.</summary>
    public long CancelRequestedEventId { get; set; }

    public bool CancelRequested { get; set; }

    public string TaskQueue => Current.Options?.TaskQueue?.Name is { Length: > 0 } name ? name : Scheduled.TaskQueue.Name;

    public RetryPolicy RetryPolicy => Current.Options?.RetryPolicy ?? Scheduled.RetryPolicy ?? new RetryPolicy();

    public Priority? Priority => Current.Options?.Priority ?? Scheduled.Priority;

    public TimeSpan ScheduleToCloseTimeout => (Current.Options?.ScheduleToCloseTimeout ?? Scheduled.ScheduleToCloseTimeout).Span();

    public TimeSpan ScheduleToStartTimeout => (Current.Options?.ScheduleToStartTimeout ?? Scheduled.ScheduleToStartTimeout).Span();

    public TimeSpan StartToCloseTimeout => (Current.Options?.StartToCloseTimeout ?? Scheduled.StartToCloseTimeout).Span();

    public TimeSpan HeartbeatTimeout => (Current.Options?.HeartbeatTimeout ?? Scheduled.HeartbeatTimeout).Span();

    /// <summary>Gets the current options: those of the scheduled event, or of a later UpdateActivityOptions.</summary>
    public ActivityOptions Options => new()
    {
        TaskQueue = new() { Name = TaskQueue },
        ScheduleToCloseTimeout = TimeConversions.ToProto(ScheduleToCloseTimeout),
        ScheduleToStartTimeout = TimeConversions.ToProto(ScheduleToStartTimeout),
        StartToCloseTimeout = TimeConversions.ToProto(StartToCloseTimeout),
        HeartbeatTimeout = TimeConversions.ToProto(HeartbeatTimeout),
        RetryPolicy = RetryPolicy.Clone(),
        Priority = Priority,
    };

    /// <summary>Gets the time of the schedule-to-close timeout, or null.</summary>
    public DateTime? ScheduleToCloseDeadline => ScheduleToCloseTimeout > TimeSpan.Zero ? FirstScheduledTime.SaturatingAdd(ScheduleToCloseTimeout) : null;
}
