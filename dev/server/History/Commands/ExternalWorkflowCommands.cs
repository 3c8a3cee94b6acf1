using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>SignalExternalWorkflowExecution and RequestCancelExternalWorkflowExecution: write the initiated event; a transfer task delivers it.</summary>
internal static class ExternalWorkflowCommands
{
    public static void Handle(CommandContext context, Command command)
    {
        if (command.CommandType == CommandType.SignalExternalWorkflowExecution)
        {
            Signal(context, command);
        }
        else
        {
            Cancel(context, command);
        }
    }

    private static void Signal(CommandContext context, Command command)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadSignalWorkflowExecutionAttributes;
        var attributes = command.SignalExternalWorkflowExecutionCommandAttributes;
        Require.OwnNamespace(attributes.Namespace, context, Bad);
        Require.Name(attributes.Execution?.WorkflowId, Bad, "WorkflowId");
        RequireRunId(attributes.Execution!.RunId, Bad);
        Require.Name(attributes.SignalName, Bad, "SignalName");
        CommandLimits.PendingSignals(context);
        CommandLimits.Blob(context, attributes.Input, Bad, "SignalExternalWorkflowExecutionCommandAttributes.Input");
        context.Tx.AddEvent(EventType.SignalExternalWorkflowExecutionInitiated, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.SignalExternalWorkflowExecutionInitiatedEventAttributes = new()
            {
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                Namespace = attributes.Namespace.Length > 0 ? attributes.Namespace : context.State.Key.Namespace,
                WorkflowExecution = attributes.Execution,
                SignalName = attributes.SignalName,
                Input = attributes.Input,
                Header = attributes.Header,
                ChildWorkflowOnly = attributes.ChildWorkflowOnly,
            };
        });
    }

    private static void Cancel(CommandContext context, Command command)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadRequestCancelExternalWorkflowExecutionAttributes;
        var attributes = command.RequestCancelExternalWorkflowExecutionCommandAttributes;
        Require.OwnNamespace(attributes.Namespace, context, Bad);
        Require.Name(attributes.WorkflowId, Bad, "WorkflowId");
        RequireRunId(attributes.RunId, Bad);
        CommandLimits.PendingCancelRequests(context);
        Require.That(
            context.State.Children.Values.All(child => child.Initiated.WorkflowTaskCompletedEventId != context.CompletedEventId || child.Initiated.WorkflowId != attributes.WorkflowId),
            Bad,
            "Start and RequestCancel for child workflow is not allowed in same workflow task.");
        context.Tx.AddEvent(EventType.RequestCancelExternalWorkflowExecutionInitiated, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes = new()
            {
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                Namespace = attributes.Namespace.Length > 0 ? attributes.Namespace : context.State.Key.Namespace,
                WorkflowExecution = new WorkflowExecution { WorkflowId = attributes.WorkflowId, RunId = attributes.RunId },
                ChildWorkflowOnly = attributes.ChildWorkflowOnly,
                Reason = attributes.Reason,
            };
        });
    }

    private static void RequireRunId(string runId, WorkflowTaskFailedCause cause) =>
        Require.That(runId.Length == 0 || Guid.TryParse(runId, out _), cause, "Invalid RunId set on command.");
}
