using EmbeddedTemporal.History.Events;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>ScheduleActivityTask and RequestCancelActivityTask.</summary>
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
        var attributes = command.ScheduleActivityTaskCommandAttributes;
        Validate(context, attributes);
        CommandLimits.Blob(context, attributes.Input, BadSchedule, "ScheduleActivityTaskCommandAttributes.Input");
        CommandLimits.PendingActivities(context);
        var scheduled = context.Tx.AddEvent(EventType.ActivityTaskScheduled, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.ActivityTaskScheduledEventAttributes = new()
            {
                ActivityId = attributes.ActivityId,
                ActivityType = attributes.ActivityType,
                TaskQueue = new() { Name = attributes.TaskQueue.Name, Kind = TaskQueueKind.Normal },
                Header = attributes.Header,
                Input = attributes.Input,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                RetryPolicy = RetryPolicies.WithDefaults(attributes.RetryPolicy),
                UseWorkflowBuildId = attributes.UseWorkflowBuildId,
                Priority = attributes.Priority,
            };
            FillTimeouts(e.ActivityTaskScheduledEventAttributes, attributes, context.State.Started.WorkflowRunTimeout.Span());
        });
        var activity = context.State.Activities[scheduled.EventId];
        if (attributes.RequestEagerExecution && !context.State.IsPaused && activity.TaskQueue == context.State.TaskQueue)
        {
            // It is started after the last command, because a later command may cancel it.
            context.EagerActivities.Add(activity);
        }
        else
        {
            context.Tx.ActivitiesToDispatch.Add(activity);
        }
    }

    private static void Validate(CommandContext context, ScheduleActivityTaskCommandAttributes attributes)
    {
        Require.TaskQueue(attributes.TaskQueue, BadSchedule);
        Require.Name(attributes.ActivityId, BadSchedule, "ActivityId");
        Require.Name(attributes.ActivityType?.Name, BadSchedule, "ActivityType");
        Require.Valid(attributes.RetryPolicy, BadSchedule);
        Require.Duration(attributes.ScheduleToCloseTimeout, BadSchedule, "ScheduleToCloseTimeout");
        Require.Duration(attributes.ScheduleToStartTimeout, BadSchedule, "ScheduleToStartTimeout");
        Require.Duration(attributes.StartToCloseTimeout, BadSchedule, "StartToCloseTimeout");
        Require.Duration(attributes.HeartbeatTimeout, BadSchedule, "HeartbeatTimeout");
        Require.That(TaskPriority.Fault(attributes.Priority) is null, BadSchedule, $"invalid priorities: {TaskPriority.Fault(attributes.Priority)}");
        Require.That(
            attributes.ScheduleToCloseTimeout.Span() > TimeSpan.Zero || attributes.StartToCloseTimeout.Span() > TimeSpan.Zero,
            BadSchedule,
            "A valid StartToClose or ScheduleToCloseTimeout is not set on command.");
        Require.That(
            context.State.Activities.Values.All(activity => activity.ActivityId != attributes.ActivityId),
            WorkflowTaskFailedCause.ScheduleActivityDuplicateId,
            $"activity with id {attributes.ActivityId} is already pending");
    }

    /// <summary>Limits each timeout by the run timeout, and derives missing timeouts from the others.</summary>
    private static void FillTimeouts(
        Temporalio.Api.History.V1.ActivityTaskScheduledEventAttributes scheduled,
        ScheduleActivityTaskCommandAttributes attributes,
        TimeSpan run)
    {
        TimeSpan Bounded(TimeSpan value, TimeSpan bound) => bound > TimeSpan.Zero && (value == TimeSpan.Zero || value > bound) ? bound : value;
        var scheduleToClose = Bounded(attributes.ScheduleToCloseTimeout.Span(), run);
        var startToClose = attributes.StartToCloseTimeout.Span();
        if (attributes.ScheduleToCloseTimeout.Span() == TimeSpan.Zero)
        {
            startToClose = Bounded(startToClose, run);
        }

        scheduled.ScheduleToCloseTimeout = TimeConversions.ToProto(scheduleToClose);
        scheduled.StartToCloseTimeout = TimeConversions.ToProto(Bounded(startToClose, scheduleToClose));
        scheduled.ScheduleToStartTimeout = TimeConversions.ToProto(Bounded(attributes.ScheduleToStartTimeout.Span(), scheduleToClose));
        var heartbeat = attributes.HeartbeatTimeout.Span();
        scheduled.HeartbeatTimeout = heartbeat > scheduled.StartToCloseTimeout.Span() ? scheduled.StartToCloseTimeout : TimeConversions.ToProto(heartbeat);
    }

    private static void RequestCancel(CommandContext context, RequestCancelActivityTaskCommandAttributes attributes)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadRequestCancelActivityAttributes;
        Require.That(attributes.ScheduledEventId > 0, Bad, "ScheduledEventId is not set on RequestCancelActivityTaskCommand.");
        context.State.Activities.TryGetValue(attributes.ScheduledEventId, out var activity);
        Require.That(
            activity is { CancelRequested: false } || (activity is null && EndsMeanwhile(context, attributes.ScheduledEventId)),
            Bad,
            $"invalid history builder state for action: add-activitytask-cancel-requested-event, ScheduledEventID: {attributes.ScheduledEventId}");
        var requested = context.Tx.AddEvent(EventType.ActivityTaskCancelRequested, e => e.ActivityTaskCancelRequestedEventAttributes = new()
        {
            ScheduledEventId = attributes.ScheduledEventId,
            WorkflowTaskCompletedEventId = context.CompletedEventId,
        });
        if (activity is not { IsStarted: false })
        {
            // The activity has closed during the workflow task, or its worker is notified with the next heartbeat.
            return;
        }

        context.Tx.AddEvent(EventType.ActivityTaskCanceled, e => e.ActivityTaskCanceledEventAttributes = new()
        {
            ScheduledEventId = attributes.ScheduledEventId,
            LatestCancelRequestedEventId = requested.EventId,
            Details = new() { Payloads_ = { PayloadFacts.Json("ACTIVITY_ID_NOT_STARTED") } },
            Identity = context.Request.Identity,
        });
        context.EagerActivities.Remove(activity);
        context.NeedsWorkflowTask = true;
    }

    /// <summary>Whether the activity closed during the workflow task: by a buffered event, or by an earlier command of the same task.</summary>
    private static bool EndsMeanwhile(CommandContext context, long scheduledEventId) =>
        context.State.Buffered.Concat(context.State.Events.Skip((int)context.CompletedEventId)).Any(e => EventBuffer.EndedActivity(e) == scheduledEventId);
}
