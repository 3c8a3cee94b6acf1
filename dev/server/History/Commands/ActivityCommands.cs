using EmbeddedTemporal.Time;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>Scheduling activities and asking for their cancellation.</summary>
internal static class ActivityCommands
{
    private const WorkflowTaskFailedCause BadSchedule = WorkflowTaskFailedCause.BadScheduleActivityAttributes;

    public static void Handle(CommandContext context, Command command)
    {
        if (command.CommandType == CommandType.ScheduleActivityTask)
        {
            Schedule(context, command);
        }
        else
        {
            RequestCancel(context, command.RequestCancelActivityTaskCommandAttributes);
        }
    }

    private static void Schedule(CommandContext context, Command command)
    {
        var asked = command.ScheduleActivityTaskCommandAttributes;
        Validate(context, asked);
        CommandLimits.Blob(context, asked.Input, BadSchedule, "ScheduleActivityTaskCommandAttributes.Input");
        CommandLimits.PendingActivities(context);
        var scheduled = context.Tx.AddEvent(EventType.ActivityTaskScheduled, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.ActivityTaskScheduledEventAttributes = new()
            {
                ActivityId = asked.ActivityId,
                ActivityType = asked.ActivityType,
                TaskQueue = new() { Name = asked.TaskQueue?.Name is { Length: > 0 } name ? name : context.State.TaskQueue, Kind = TaskQueueKind.Normal },
                Header = asked.Header,
                Input = asked.Input,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                RetryPolicy = RetryPolicies.WithDefaults(asked.RetryPolicy),
                UseWorkflowBuildId = asked.UseWorkflowBuildId,
                Priority = asked.Priority,
            };
            FillTimeouts(e.ActivityTaskScheduledEventAttributes, asked, context.State.Started.WorkflowRunTimeout.Span());
        });
        var activity = context.State.Activities[scheduled.EventId];
        if (asked.RequestEagerExecution && !context.State.IsPaused && activity.TaskQueue == context.State.TaskQueue)
        {
            context.Tx.StartActivity(activity, context.Request.Identity);
            context.EagerActivities.Add(activity);
        }
        else
        {
            context.Tx.ActivitiesToDispatch.Add(activity);
        }
    }

    private static void Validate(CommandContext context, ScheduleActivityTaskCommandAttributes asked)
    {
        Require.Name(asked.ActivityId, BadSchedule, "ActivityId");
        Require.Name(asked.ActivityType?.Name, BadSchedule, "ActivityType");
        Require.Valid(asked.RetryPolicy, BadSchedule);
        Require.NotNegative(asked.ScheduleToCloseTimeout, BadSchedule, "ScheduleToCloseTimeout");
        Require.NotNegative(asked.ScheduleToStartTimeout, BadSchedule, "ScheduleToStartTimeout");
        Require.NotNegative(asked.StartToCloseTimeout, BadSchedule, "StartToCloseTimeout");
        Require.NotNegative(asked.HeartbeatTimeout, BadSchedule, "HeartbeatTimeout");
        Require.That(
            asked.ScheduleToCloseTimeout.Span() > TimeSpan.Zero || asked.StartToCloseTimeout.Span() > TimeSpan.Zero,
            BadSchedule,
            "A valid StartToClose or ScheduleToCloseTimeout is not set on command.");
        Require.That(
            context.State.Activities.Values.All(activity => activity.ActivityId != asked.ActivityId),
            WorkflowTaskFailedCause.ScheduleActivityDuplicateId,
            $"activity with id {asked.ActivityId} is already pending");
    }

    /// <summary>Each time-out is bound by the run's and, where it is not given, follows from the others.</summary>
    private static void FillTimeouts(
        Temporalio.Api.History.V1.ActivityTaskScheduledEventAttributes scheduled,
        ScheduleActivityTaskCommandAttributes asked,
        TimeSpan run)
    {
        TimeSpan Bounded(TimeSpan value, TimeSpan bound) => bound > TimeSpan.Zero && (value == TimeSpan.Zero || value > bound) ? bound : value;
        var whole = Bounded(asked.ScheduleToCloseTimeout.Span(), run);
        var ofAttempt = asked.StartToCloseTimeout.Span();
        if (asked.ScheduleToCloseTimeout.Span() == TimeSpan.Zero)
        {
            ofAttempt = Bounded(ofAttempt, run);
        }

        scheduled.ScheduleToCloseTimeout = TimeConversions.ToProto(whole);
        scheduled.StartToCloseTimeout = TimeConversions.ToProto(Bounded(ofAttempt, whole));
        scheduled.ScheduleToStartTimeout = TimeConversions.ToProto(Bounded(asked.ScheduleToStartTimeout.Span(), whole));
        var heartbeat = asked.HeartbeatTimeout.Span();
        scheduled.HeartbeatTimeout = heartbeat > scheduled.StartToCloseTimeout.Span() ? scheduled.StartToCloseTimeout : TimeConversions.ToProto(heartbeat);
    }

    private static void RequestCancel(CommandContext context, RequestCancelActivityTaskCommandAttributes asked)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadRequestCancelActivityAttributes;
        Require.That(asked.ScheduledEventId > 0 && asked.ScheduledEventId < context.CompletedEventId + context.Request.Commands.Count + 1, Bad, "ScheduledEventId is not set on command.");
        if (!context.State.Activities.TryGetValue(asked.ScheduledEventId, out var activity) || activity.CancelRequested)
        {
            // It has closed while the workflow decided.
            Require.That(asked.ScheduledEventId < context.State.NextEventId, Bad, "ACTIVITY_ID_UNKNOWN");
            return;
        }

        var requested = context.Tx.AddEvent(EventType.ActivityTaskCancelRequested, e => e.ActivityTaskCancelRequestedEventAttributes = new()
        {
            ScheduledEventId = asked.ScheduledEventId,
            WorkflowTaskCompletedEventId = context.CompletedEventId,
        });
        if (!activity.IsStarted)
        {
            context.Tx.AddEvent(EventType.ActivityTaskCanceled, e => e.ActivityTaskCanceledEventAttributes = new()
            {
                ScheduledEventId = asked.ScheduledEventId,
                LatestCancelRequestedEventId = requested.EventId,
                Details = activity.Current.HeartbeatDetails,
            });
            context.EagerActivities.Remove(activity);
            context.NeedsWorkflowTask = true;
        }
    }
}
