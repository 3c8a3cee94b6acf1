using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>Commands that close the run: complete, fail, cancel and continue-as-new.</summary>
internal static class CloseCommands
{
    public static bool IsClose(CommandType type) => type is CommandType.CompleteWorkflowExecution or CommandType.FailWorkflowExecution
        or CommandType.CancelWorkflowExecution or CommandType.ContinueAsNewWorkflowExecution;

    public static void Handle(CommandContext context, Command command)
    {
        // The workflow has to see buffered events before it may close. Admitted updates do not prevent the close; they are aborted.
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
        // The real server uses this cause too.
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
        var attributes = command.ContinueAsNewWorkflowExecutionCommandAttributes;
        Require.TaskQueue(attributes.TaskQueue, Bad, context.State.TaskQueue);
        Require.Duration(attributes.WorkflowRunTimeout, Bad, "WorkflowRunTimeout");
        Require.Duration(attributes.WorkflowTaskTimeout, Bad, "WorkflowTaskTimeout");
        Require.Duration(attributes.BackoffStartInterval, Bad, "BackoffStartInterval");
        Require.Valid(attributes.RetryPolicy, Bad);
        AttributeCommands.ValidateSearchAttributes(context, context.State.Key.Namespace, attributes.SearchAttributes, WorkflowTaskFailedCause.BadSearchAttributes);
        CommandLimits.Blob(context, attributes.Input, Bad, "ContinueAsNewWorkflowExecutionCommandAttributes. Input");
        CommandLimits.Memo(context, attributes.Memo, Bad, "ContinueAsNewWorkflowExecutionCommandAttributes. Memo");
        var initiator = attributes.Initiator == ContinueAsNewInitiator.Unspecified ? ContinueAsNewInitiator.Workflow : attributes.Initiator;
        var next = Successor.Begin(context.Tx, initiator, attributes.BackoffStartInterval.Span(), started => Fill(context, started, attributes));
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
                BackoffStartInterval = attributes.BackoffStartInterval,
                InitialVersioningBehavior = attributes.InitialVersioningBehavior,
                Initiator = initiator,
                Failure = attributes.Failure,
                LastCompletionResult = attributes.LastCompletionResult,
                Header = started.Header,
                Memo = started.Memo,
                SearchAttributes = started.SearchAttributes,
            };
        });
    }

    private static void Fill(CommandContext context, WorkflowExecutionStartedEventAttributes started, ContinueAsNewWorkflowExecutionCommandAttributes attributes)
    {
        started.WorkflowType = attributes.WorkflowType?.Name is { Length: > 0 } ? attributes.WorkflowType : started.WorkflowType;
        started.TaskQueue = attributes.TaskQueue?.Name is { Length: > 0 } name ? new() { Name = name, Kind = TaskQueueKind.Normal } : started.TaskQueue;
        started.Priority = context.State.Priority;
        context.Tx.Run.InheritanceOf(context.State, attributes.InitialVersioningBehavior, started.TaskQueue.Name).Fill(started);
        started.Input = attributes.Input;
        started.Header = attributes.Header;
        started.Attempt = 1;
        started.ContinuedFailure = attributes.Failure;
        started.LastCompletionResult = attributes.LastCompletionResult ?? started.LastCompletionResult;
        started.RetryPolicy = attributes.RetryPolicy is { } policy ? RetryPolicies.WithDefaults(policy) : started.RetryPolicy;
        started.CronSchedule = attributes.CronSchedule;
        started.Memo = attributes.Memo ?? started.Memo;
        started.SearchAttributes = attributes.SearchAttributes ?? started.SearchAttributes;
        if (attributes.WorkflowRunTimeout.Span() > TimeSpan.Zero)
        {
            started.WorkflowRunTimeout = attributes.WorkflowRunTimeout;
        }

        if (attributes.WorkflowTaskTimeout.Span() > TimeSpan.Zero)
        {
            started.WorkflowTaskTimeout = attributes.WorkflowTaskTimeout;
        }
    }
}
