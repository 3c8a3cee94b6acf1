using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>Gives each command of a completed workflow task to its handler.</summary>
internal static class CommandDispatcher
{
    public static void Handle(CommandContext context, Command command)
    {
        if (!context.State.IsRunning)
        {
            // Commands behind the one that closed the workflow have nobody to work for.
            return;
        }

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
}
