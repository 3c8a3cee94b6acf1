using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>Commands that end the run: complete, fail, cancel and continue as new.</summary>
internal static class CloseCommands
{
    public static bool IsClose(CommandType type) => type is CommandType.CompleteWorkflowExecution or CommandType.FailWorkflowExecution
        or CommandType.CancelWorkflowExecution or CommandType.ContinueAsNewWorkflowExecution;

    public static void Handle(CommandContext context, Command command)
    {
        // The workflow does not know yet what has come in: it must see that before it may end. Updates that came in do not keep it, they are called off.
        Require.That(!context.State.HasBufferedEvents, WorkflowTaskFailedCause.UnhandledCommand, "UnhandledCommand");
        switch (command.CommandType)
        {
            case CommandType.CompleteWorkflowExecution:
                Complete(context, command);
                break;
            case CommandType.FailWorkflowExecution:
                Fail(context, command);
                break;
            case CommandType.CancelWorkflowExecution:
                context.Tx.CloseRun(EventType.WorkflowExecutionCanceled, e =>
                {
                    e.UserMetadata = command.UserMetadata;
                    e.WorkflowExecutionCanceledEventAttributes = new()
                    {
                        WorkflowTaskCompletedEventId = context.CompletedEventId,
                        Details = command.CancelWorkflowExecutionCommandAttributes.Details,
                    };
                });
                break;
            default:
                ContinueAsNew(context, command);
                break;
        }
    }

    private static void Complete(CommandContext context, Command command)
    {
        var result = command.CompleteWorkflowExecutionCommandAttributes.Result;
        // The cause is the real server's.
        CommandLimits.Blob(context, result, WorkflowTaskFailedCause.BadScheduleActivityAttributes, "CompleteWorkflowExecutionCommandAttributes.Result");
        var successor = Successor.AfterSuccess(context.Tx, result);
        context.Tx.CloseRun(EventType.WorkflowExecutionCompleted, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.WorkflowExecutionCompletedEventAttributes = new()
            {
                Result = result,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                NewExecutionRunId = successor?.State.Key.RunId ?? "",
            };
        });
    }

    private static void Fail(CommandContext context, Command command)
    {
        var failure = command.FailWorkflowExecutionCommandAttributes.Failure;
        Require.That(failure is not null, WorkflowTaskFailedCause.BadFailWorkflowExecutionAttributes, "Failure is not set on command.");
        CommandLimits.Blob(
            context, failure, WorkflowTaskFailedCause.BadFailWorkflowExecutionAttributes, "FailWorkflowExecutionCommandAttributes.Failure");
        var successor = Successor.AfterFailure(context.Tx, failure!, out var retryState);
        context.Tx.CloseRun(EventType.WorkflowExecutionFailed, e =>
        {
            e.UserMetadata = command.UserMetadata;
            e.WorkflowExecutionFailedEventAttributes = new()
            {
                Failure = failure,
                RetryState = retryState,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                NewExecutionRunId = successor?.State.Key.RunId ?? "",
            };
        });
    }

    private static void ContinueAsNew(CommandContext context, Command command)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadContinueAsNewAttributes;
        var asked = command.ContinueAsNewWorkflowExecutionCommandAttributes;
        Require.TaskQueue(asked.TaskQueue, Bad, context.State.TaskQueue);
        Require.Duration(asked.WorkflowRunTimeout, Bad, "WorkflowRunTimeout");
        Require.Duration(asked.WorkflowTaskTimeout, Bad, "WorkflowTaskTimeout");
        Require.Duration(asked.BackoffStartInterval, Bad, "BackoffStartInterval");
        Require.Valid(asked.RetryPolicy, Bad);
        AttributeCommands.ValidateSearchAttributes(context, context.State.Key.Namespace, asked.SearchAttributes, WorkflowTaskFailedCause.BadSearchAttributes);
        CommandLimits.Blob(context, asked.Input, Bad, "ContinueAsNewWorkflowExecutionCommandAttributes. Input");
        CommandLimits.Memo(context, asked.Memo, Bad, "ContinueAsNewWorkflowExecutionCommandAttributes. Memo");
        var initiator = asked.Initiator == ContinueAsNewInitiator.Unspecified ? ContinueAsNewInitiator.Workflow : asked.Initiator;
        var next = Successor.Begin(context.Tx, initiator, asked.BackoffStartInterval.Span(), started => Fill(context, started, asked));
        context.Tx.CloseRun(EventType.WorkflowExecutionContinuedAsNew, e =>
        {
            var started = next.State.Started;
            e.UserMetadata = command.UserMetadata;
            e.WorkflowExecutionContinuedAsNewEventAttributes = new()
            {
                NewExecutionRunId = next.State.Key.RunId,
                WorkflowType = started.WorkflowType,
                TaskQueue = started.TaskQueue,
                Input = started.Input,
                WorkflowRunTimeout = started.WorkflowRunTimeout,
                WorkflowTaskTimeout = started.WorkflowTaskTimeout,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                BackoffStartInterval = asked.BackoffStartInterval,
                InitialVersioningBehavior = asked.InitialVersioningBehavior,
                Initiator = initiator,
                Failure = asked.Failure,
                LastCompletionResult = asked.LastCompletionResult,
                Header = started.Header,
                Memo = started.Memo,
                SearchAttributes = started.SearchAttributes,
            };
        });
    }

    private static void Fill(CommandContext context, WorkflowExecutionStartedEventAttributes started, ContinueAsNewWorkflowExecutionCommandAttributes asked)
    {
        started.WorkflowType = asked.WorkflowType?.Name is { Length: > 0 } ? asked.WorkflowType : started.WorkflowType;
        started.TaskQueue = asked.TaskQueue?.Name is { Length: > 0 } name ? new() { Name = name, Kind = TaskQueueKind.Normal } : started.TaskQueue;
        started.Priority = context.State.Priority;
        context.Tx.Run.InheritanceOf(context.State, asked.InitialVersioningBehavior, started.TaskQueue.Name).Fill(started);
        started.Input = asked.Input;
        started.Header = asked.Header;
        started.Attempt = 1;
        started.ContinuedFailure = asked.Failure;
        started.LastCompletionResult = asked.LastCompletionResult ?? started.LastCompletionResult;
        started.RetryPolicy = asked.RetryPolicy is { } policy ? RetryPolicies.WithDefaults(policy) : started.RetryPolicy;
        started.CronSchedule = asked.CronSchedule;
        started.Memo = asked.Memo ?? started.Memo;
        started.SearchAttributes = asked.SearchAttributes ?? started.SearchAttributes;
        if (asked.WorkflowRunTimeout.Span() > TimeSpan.Zero)
        {
            started.WorkflowRunTimeout = asked.WorkflowRunTimeout;
        }

        if (asked.WorkflowTaskTimeout.Span() > TimeSpan.Zero)
        {
            started.WorkflowTaskTimeout = asked.WorkflowTaskTimeout;
        }
    }
}
