using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
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
                TaskQueue = new() { Name = asked.TaskQueue.Name, Kind = TaskQueueKind.Normal },
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
            // It begins behind the last command: one of those between may call it off.
            context.EagerActivities.Add(activity);
        }
        else
        {
            context.Tx.ActivitiesToDispatch.Add(activity);
        }
    }

    private static void Validate(CommandContext context, ScheduleActivityTaskCommandAttributes asked)
    {
        Require.TaskQueue(asked.TaskQueue, BadSchedule);
        Require.Name(asked.ActivityId, BadSchedule, "ActivityId");
        Require.Name(asked.ActivityType?.Name, BadSchedule, "ActivityType");
        Require.Valid(asked.RetryPolicy, BadSchedule);
        Require.Duration(asked.ScheduleToCloseTimeout, BadSchedule, "ScheduleToCloseTimeout");
        Require.Duration(asked.ScheduleToStartTimeout, BadSchedule, "ScheduleToStartTimeout");
        Require.Duration(asked.StartToCloseTimeout, BadSchedule, "StartToCloseTimeout");
        Require.Duration(asked.HeartbeatTimeout, BadSchedule, "HeartbeatTimeout");
        Require.That(TaskPriority.Fault(asked.Priority) is null, BadSchedule, $"invalid priorities: {TaskPriority.Fault(asked.Priority)}");
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
        Require.That(asked.ScheduledEventId > 0, Bad, "ScheduledEventId is not set on RequestCancelActivityTaskCommand.");
        context.State.Activities.TryGetValue(asked.ScheduledEventId, out var activity);
        Require.That(
            activity is { CancelRequested: false } || (activity is null && EndsMeanwhile(context, asked.ScheduledEventId)),
            Bad,
            $"invalid history builder state for action: add-activitytask-cancel-requested-event, ScheduledEventID: {asked.ScheduledEventId}");
        var requested = context.Tx.AddEvent(EventType.ActivityTaskCancelRequested, e => e.ActivityTaskCancelRequestedEventAttributes = new()
        {
            ScheduledEventId = asked.ScheduledEventId,
            WorkflowTaskCompletedEventId = context.CompletedEventId,
        });
        if (activity is not { IsStarted: false })
        {
            // It has closed while the workflow decided, or its worker will hear of it.
            return;
        }

        context.Tx.AddEvent(EventType.ActivityTaskCanceled, e => e.ActivityTaskCanceledEventAttributes = new()
        {
            ScheduledEventId = asked.ScheduledEventId,
            LatestCancelRequestedEventId = requested.EventId,
            Details = new() { Payloads_ = { PayloadFacts.Json("ACTIVITY_ID_NOT_STARTED") } },
            Identity = context.Request.Identity,
        });
        context.EagerActivities.Remove(activity);
        context.NeedsWorkflowTask = true;
    }

    /// <summary>Whether it ended without the workflow's knowledge: while it decided, or by its own command.</summary>
    private static bool EndsMeanwhile(CommandContext context, long scheduledEventId) =>
        context.State.Buffered.Concat(context.State.Events.Skip((int)context.CompletedEventId)).Any(e => EventBuffer.EndedActivity(e) == scheduledEventId);
}
