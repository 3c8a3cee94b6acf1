using EmbeddedTemporal.Validation;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>StartChildWorkflowExecution: writes the initiated event; a transfer task starts the child.</summary>
internal static class ChildWorkflowCommands
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadStartChildExecutionAttributes;

    public static void Start(CommandContext context, Command command)
    {
        var attributes = command.StartChildWorkflowExecutionCommandAttributes;
        Require.OwnNamespace(attributes.Namespace, context, Bad);
        Require.Name(attributes.WorkflowId, Bad, "WorkflowId");
        Require.Name(attributes.WorkflowType?.Name, Bad, "WorkflowType");
        Require.Duration(attributes.WorkflowExecutionTimeout, Bad, "WorkflowExecutionTimeout");
        Require.Duration(attributes.WorkflowRunTimeout, Bad, "WorkflowRunTimeout");
        Require.Duration(attributes.WorkflowTaskTimeout, Bad, "WorkflowTaskTimeout");
        Require.Valid(attributes.RetryPolicy, Bad);
        Require.That(CronSchedules.IsValid(attributes.CronSchedule), Bad, "Invalid CronSchedule.");
        var namespaceName = attributes.Namespace.Length > 0 ? attributes.Namespace : context.State.Key.Namespace;
        AttributeCommands.ValidateSearchAttributes(context, namespaceName, attributes.SearchAttributes, WorkflowTaskFailedCause.BadSearchAttributes);
        Require.TaskQueue(attributes.TaskQueue, Bad, context.State.TaskQueue);
        Require.That(TaskPriority.Fault(attributes.Priority) is null, Bad, TaskPriority.Fault(attributes.Priority) ?? "");
        CommandLimits.Blob(context, attributes.Input, Bad, "StartChildWorkflowExecutionCommandAttributes. Input");
        CommandLimits.Memo(context, attributes.Memo, Bad, "StartChildWorkflowExecutionCommandAttributes.Memo");
        CommandLimits.PendingChildren(context);
        context.Tx.AddEvent(EventType.StartChildWorkflowExecutionInitiated, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.StartChildWorkflowExecutionInitiatedEventAttributes = new()
            {
                Namespace = namespaceName,
                WorkflowId = attributes.WorkflowId,
                WorkflowType = attributes.WorkflowType,
                TaskQueue = new() { Name = attributes.TaskQueue?.Name is { Length: > 0 } name ? name : context.State.TaskQueue, Kind = TaskQueueKind.Normal },
                Input = attributes.Input,
                WorkflowExecutionTimeout = attributes.WorkflowExecutionTimeout,
                WorkflowRunTimeout = attributes.WorkflowRunTimeout,
                WorkflowTaskTimeout = attributes.WorkflowTaskTimeout,
                ParentClosePolicy = attributes.ParentClosePolicy == ParentClosePolicy.Unspecified ? ParentClosePolicy.Terminate : attributes.ParentClosePolicy,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                WorkflowIdReusePolicy = attributes.WorkflowIdReusePolicy == WorkflowIdReusePolicy.Unspecified
                    ? WorkflowIdReusePolicy.AllowDuplicate
                    : attributes.WorkflowIdReusePolicy,
                RetryPolicy = attributes.RetryPolicy is null ? null : RetryPolicies.WithDefaults(attributes.RetryPolicy),
                CronSchedule = attributes.CronSchedule,
                Header = attributes.Header,
                Memo = attributes.Memo,
                SearchAttributes = attributes.SearchAttributes,
                Priority = attributes.Priority,
            };
        });
    }
}
