using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using AttributesCase = Temporalio.Api.Command.V1.Command.AttributesOneofCase;

namespace EmbeddedTemporal.History.Commands;

/// <summary>Dispatches the commands of a completed workflow task to their handlers.</summary>
internal static class CommandDispatcher
{
    public static void Handle(CommandContext context, Command command)
    {
        RequireAttributes(command);
        switch (command.CommandType)
        {
            case CommandType.ScheduleActivityTask or CommandType.RequestCancelActivityTask:
                ActivityCommands.Handle(context, command);
                break;
            case CommandType.StartTimer or CommandType.CancelTimer:
                TimerCommands.Handle(context, command);
                break;
            case CommandType.StartChildWorkflowExecution:
                ChildWorkflowCommands.Start(context, command);
                break;
            case CommandType.SignalExternalWorkflowExecution or CommandType.RequestCancelExternalWorkflowExecution:
                ExternalWorkflowCommands.Handle(context, command);
                break;
            case CommandType.RecordMarker or CommandType.UpsertWorkflowSearchAttributes or CommandType.ModifyWorkflowProperties:
                AttributeCommands.Handle(context, command);
                break;
            case CommandType.ProtocolMessage:
                UpdateMessages.HandleCommand(context, command.ProtocolMessageCommandAttributes);
                break;
            case CommandType.CompleteWorkflowExecution or CommandType.FailWorkflowExecution or CommandType.CancelWorkflowExecution
                or CommandType.ContinueAsNewWorkflowExecution:
                CloseCommands.Handle(context, command);
                break;
            case CommandType.ScheduleNexusOperation or CommandType.RequestCancelNexusOperation:
                throw new CommandException(WorkflowTaskFailedCause.FeatureDisabled, "Nexus operations disabled");
            default:
                throw new CommandException(WorkflowTaskFailedCause.UnhandledCommand, $"Unknown command type: {command.CommandType}");
        }
    }

    /// <summary>Checks that a command has the attributes of its type.</summary>
    private static void RequireAttributes(Command command)
    {
        var (expected, bad) = command.CommandType switch
        {
            CommandType.ScheduleActivityTask => (AttributesCase.ScheduleActivityTaskCommandAttributes, WorkflowTaskFailedCause.BadScheduleActivityAttributes),
            CommandType.RequestCancelActivityTask =>
                (AttributesCase.RequestCancelActivityTaskCommandAttributes, WorkflowTaskFailedCause.BadRequestCancelActivityAttributes),
            CommandType.StartTimer => (AttributesCase.StartTimerCommandAttributes, WorkflowTaskFailedCause.BadStartTimerAttributes),
            CommandType.CancelTimer => (AttributesCase.CancelTimerCommandAttributes, WorkflowTaskFailedCause.BadCancelTimerAttributes),
            CommandType.StartChildWorkflowExecution =>
                (AttributesCase.StartChildWorkflowExecutionCommandAttributes, WorkflowTaskFailedCause.BadStartChildExecutionAttributes),
            CommandType.SignalExternalWorkflowExecution =>
                (AttributesCase.SignalExternalWorkflowExecutionCommandAttributes, WorkflowTaskFailedCause.BadSignalWorkflowExecutionAttributes),
            CommandType.RequestCancelExternalWorkflowExecution => (
                AttributesCase.RequestCancelExternalWorkflowExecutionCommandAttributes,
                WorkflowTaskFailedCause.BadRequestCancelExternalWorkflowExecutionAttributes),
            CommandType.RecordMarker => (AttributesCase.RecordMarkerCommandAttributes, WorkflowTaskFailedCause.BadRecordMarkerAttributes),
            CommandType.UpsertWorkflowSearchAttributes =>
                (AttributesCase.UpsertWorkflowSearchAttributesCommandAttributes, WorkflowTaskFailedCause.BadSearchAttributes),
            CommandType.ModifyWorkflowProperties =>
                (AttributesCase.ModifyWorkflowPropertiesCommandAttributes, WorkflowTaskFailedCause.BadModifyWorkflowPropertiesAttributes),
            CommandType.ProtocolMessage => (AttributesCase.ProtocolMessageCommandAttributes, WorkflowTaskFailedCause.BadUpdateWorkflowExecutionMessage),
            CommandType.CompleteWorkflowExecution =>
                (AttributesCase.CompleteWorkflowExecutionCommandAttributes, WorkflowTaskFailedCause.BadCompleteWorkflowExecutionAttributes),
            CommandType.FailWorkflowExecution =>
                (AttributesCase.FailWorkflowExecutionCommandAttributes, WorkflowTaskFailedCause.BadFailWorkflowExecutionAttributes),
            CommandType.CancelWorkflowExecution =>
                (AttributesCase.CancelWorkflowExecutionCommandAttributes, WorkflowTaskFailedCause.BadCancelWorkflowExecutionAttributes),
            CommandType.ContinueAsNewWorkflowExecution =>
                (AttributesCase.ContinueAsNewWorkflowExecutionCommandAttributes, WorkflowTaskFailedCause.BadContinueAsNewAttributes),
            _ => (command.AttributesCase, WorkflowTaskFailedCause.UnhandledCommand),
        };
        Require.That(command.AttributesCase == expected, bad, $"{expected} is not set on command.");
    }
}
