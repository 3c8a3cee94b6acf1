using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Api.Update.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>
/// What a worker says about updates. Acceptances and responses come into history where their command stands among the others;
/// a rejection has no command and leaves nothing.
/// </summary>
internal static class UpdateMessages
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadUpdateWorkflowExecutionMessage;

    public static void HandleCommand(CommandContext context, ProtocolMessageCommandAttributes command)
    {
        Require.That(
            context.Messages.Remove(command.MessageId, out var message),
            Bad,
            $"ProtocolMessageCommand referenced absent message ID {command.MessageId}");
        Handle(context, message!);
    }

    /// <summary>Handles the messages that no command refers to.</summary>
    public static void HandleRest(CommandContext context)
    {
        foreach (var message in context.Messages.Values)
        {
            Handle(context, message);
        }
    }

    private static void Handle(CommandContext context, Message message)
    {
        var updateId = message.ProtocolInstanceId;
        Require.That(message.Body is not null, Bad, $"message {message.Id} has no body");
        CommandLimits.Blob(context, message.Body, Bad, $"Message type {message.Body!.TypeUrl.Split('/')[^1]}");
        if (message.Body.TryUnpack<Acceptance>(out var acceptance))
        {
            Accept(context, updateId, acceptance);
        }
        else if (message.Body.TryUnpack<Rejection>(out var rejection))
        {
            context.Tx.Reject(updateId, rejection.Failure);
        }
        else if (message.Body.TryUnpack<Response>(out var response))
        {
            Complete(context, updateId, response);
        }
        else
        {
            throw new CommandException(Bad, $"Unknown message type {message.Body.TypeUrl}");
        }
    }

    private static void Accept(CommandContext context, string updateId, Acceptance acceptance)
    {
        var admitted = context.Tx.Run.Updates.Find(updateId);
        Require.That(admitted is not null || acceptance.AcceptedRequest is not null, Bad, $"update {updateId} wasn't found on the server");
        context.Tx.AddEvent(EventType.WorkflowExecutionUpdateAccepted, e => e.WorkflowExecutionUpdateAcceptedEventAttributes = new()
        {
            ProtocolInstanceId = updateId,
            AcceptedRequestMessageId = acceptance.AcceptedRequestMessageId,
            AcceptedRequestSequencingEventId = acceptance.AcceptedRequestSequencingEventId,
            AcceptedRequest = context.State.UpdatesAdmittedByEvent.Contains(updateId) ? null : admitted?.Request ?? acceptance.AcceptedRequest,
        });
        context.Tx.Answered.Add(updateId);
        context.Tx.AfterCommit.Add(() => context.Tx.Run.Updates.Accepted(updateId));
    }

    private static void Complete(CommandContext context, string updateId, Response response)
    {
        Require.That(
            context.State.Updates.TryGetValue(updateId, out var update) && update.Outcome is null,
            Bad,
            $"update {updateId} was not accepted or is completed already");
        context.Tx.AddEvent(EventType.WorkflowExecutionUpdateCompleted, e => e.WorkflowExecutionUpdateCompletedEventAttributes = new()
        {
            Meta = response.Meta,
            AcceptedEventId = update!.AcceptedEventId,
            Outcome = response.Outcome,
        });
    }
}
