using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>Signalling and cancelling other workflows. The event says what is wanted; a transfer does it.</summary>
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
        var asked = command.SignalExternalWorkflowExecutionCommandAttributes;
        Require.OwnNamespace(asked.Namespace, context, Bad);
        Require.Name(asked.Execution?.WorkflowId, Bad, "WorkflowId");
        RequireRunId(asked.Execution!.RunId, Bad);
        Require.Name(asked.SignalName, Bad, "SignalName");
        CommandLimits.PendingSignals(context);
        CommandLimits.Blob(context, asked.Input, Bad, "SignalExternalWorkflowExecutionCommandAttributes.Input");
        context.Tx.AddEvent(EventType.SignalExternalWorkflowExecutionInitiated, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.SignalExternalWorkflowExecutionInitiatedEventAttributes = new()
            {
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                Namespace = asked.Namespace.Length > 0 ? asked.Namespace : context.State.Key.Namespace,
                WorkflowExecution = asked.Execution,
                SignalName = asked.SignalName,
                Input = asked.Input,
                Header = asked.Header,
                ChildWorkflowOnly = asked.ChildWorkflowOnly,
            };
        });
    }

    private static void Cancel(CommandContext context, Command command)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadRequestCancelExternalWorkflowExecutionAttributes;
        var asked = command.RequestCancelExternalWorkflowExecutionCommandAttributes;
        Require.OwnNamespace(asked.Namespace, context, Bad);
        Require.Name(asked.WorkflowId, Bad, "WorkflowId");
        RequireRunId(asked.RunId, Bad);
        CommandLimits.PendingCancelRequests(context);
        Require.That(
            context.State.Children.Values.All(child => child.Initiated.WorkflowTaskCompletedEventId != context.CompletedEventId || child.Initiated.WorkflowId != asked.WorkflowId),
            Bad,
            "Start and RequestCancel for child workflow is not allowed in same workflow task.");
        context.Tx.AddEvent(EventType.RequestCancelExternalWorkflowExecutionInitiated, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes = new()
            {
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                Namespace = asked.Namespace.Length > 0 ? asked.Namespace : context.State.Key.Namespace,
                WorkflowExecution = new WorkflowExecution { WorkflowId = asked.WorkflowId, RunId = asked.RunId },
                ChildWorkflowOnly = asked.ChildWorkflowOnly,
                Reason = asked.Reason,
            };
        });
    }

    private static void RequireRunId(string runId, WorkflowTaskFailedCause cause) =>
        Require.That(runId.Length == 0 || Guid.TryParse(runId, out _), cause, "Invalid RunId set on command.");
}
