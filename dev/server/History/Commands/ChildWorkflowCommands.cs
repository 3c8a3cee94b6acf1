using EmbeddedTemporal.Validation;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>Starting child workflows. The event says what is wanted; a transfer does it.</summary>
internal static class ChildWorkflowCommands
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadStartChildExecutionAttributes;

    public static void Start(CommandContext context, Command command)
    {
        var asked = command.StartChildWorkflowExecutionCommandAttributes;
        Require.OwnNamespace(asked.Namespace, context, Bad);
        Require.Name(asked.WorkflowId, Bad, "WorkflowId");
        Require.Name(asked.WorkflowType?.Name, Bad, "WorkflowType");
        Require.Duration(asked.WorkflowExecutionTimeout, Bad, "WorkflowExecutionTimeout");
        Require.Duration(asked.WorkflowRunTimeout, Bad, "WorkflowRunTimeout");
        Require.Duration(asked.WorkflowTaskTimeout, Bad, "WorkflowTaskTimeout");
        Require.Valid(asked.RetryPolicy, Bad);
        Require.That(CronSchedules.IsValid(asked.CronSchedule), Bad, "Invalid CronSchedule.");
        var namespaceName = asked.Namespace.Length > 0 ? asked.Namespace : context.State.Key.Namespace;
        AttributeCommands.ValidateSearchAttributes(context, namespaceName, asked.SearchAttributes, WorkflowTaskFailedCause.BadSearchAttributes);
        Require.TaskQueue(asked.TaskQueue, Bad, context.State.TaskQueue);
        Require.That(TaskPriority.Fault(asked.Priority) is null, Bad, TaskPriority.Fault(asked.Priority) ?? "");
        CommandLimits.Blob(context, asked.Input, Bad, "StartChildWorkflowExecutionCommandAttributes. Input");
        CommandLimits.Memo(context, asked.Memo, Bad, "StartChildWorkflowExecutionCommandAttributes.Memo");
        CommandLimits.PendingChildren(context);
        context.Tx.AddEvent(EventType.StartChildWorkflowExecutionInitiated, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.StartChildWorkflowExecutionInitiatedEventAttributes = new()
            {
                Namespace = namespaceName,
                WorkflowId = asked.WorkflowId,
                WorkflowType = asked.WorkflowType,
                TaskQueue = new() { Name = asked.TaskQueue?.Name is { Length: > 0 } name ? name : context.State.TaskQueue, Kind = TaskQueueKind.Normal },
                Input = asked.Input,
                WorkflowExecutionTimeout = asked.WorkflowExecutionTimeout,
                WorkflowRunTimeout = asked.WorkflowRunTimeout,
                WorkflowTaskTimeout = asked.WorkflowTaskTimeout,
                ParentClosePolicy = asked.ParentClosePolicy == ParentClosePolicy.Unspecified ? ParentClosePolicy.Terminate : asked.ParentClosePolicy,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                WorkflowIdReusePolicy = asked.WorkflowIdReusePolicy == WorkflowIdReusePolicy.Unspecified
                    ? WorkflowIdReusePolicy.AllowDuplicate
                    : asked.WorkflowIdReusePolicy,
                RetryPolicy = asked.RetryPolicy is null ? null : RetryPolicies.WithDefaults(asked.RetryPolicy),
                CronSchedule = asked.CronSchedule,
                Header = asked.Header,
                Memo = asked.Memo,
                SearchAttributes = asked.SearchAttributes,
                Priority = asked.Priority,
            };
        });
    }
}
