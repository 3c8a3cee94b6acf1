using EmbeddedTemporal.History.Requests;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Api.Update.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>
/// A worker's update protocol messages. The events of acceptances and responses are written in the order of their ProtocolMessage commands;
/// a rejection has no command and no event.
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

    /// <summary>Handles the messages that no command references.</summary>
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
        if (!context.State.IsRunning && !message.Body.Is(Rejection.Descriptor))
        {
            // The run is closed: callers that wait for the update get an error.
            return;
        }

        if (message.Body.TryUnpack<Acceptance>(out var acceptance))
        {
            Accept(context, updateId, acceptance);
        }
        else if (message.Body.TryUnpack<Rejection>(out var rejection))
        {
            RequireKnown(context, updateId, rejection.RejectedRequest);
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
        var admitted = RequireKnown(context, updateId, acceptance.AcceptedRequest);
        RequireSet(acceptance.AcceptedRequestSequencingEventId != 0, "Acceptance", "accepted_request_sequencing_event_id");
        RequireSet(acceptance.AcceptedRequestMessageId.Length > 0, "Acceptance", "accepted_request_message_id");
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
            $"invalid state transition attempted for Update {updateId}: received *update.Response message");
        RequireSet(response.Meta is { UpdateId.Length: > 0 }, "Response", "meta.update_id");
        Require.That(response.Meta!.UpdateId == updateId, Bad, $"invalid *update.Response: meta.update_id != {updateId}");
        RequireSet(response.Outcome is not null, "Response", "outcome");
        context.Tx.AddEvent(EventType.WorkflowExecutionUpdateCompleted, e => e.WorkflowExecutionUpdateCompletedEventAttributes = new()
        {
            Meta = response.Meta,
            AcceptedEventId = update!.AcceptedEventId,
            Outcome = response.Outcome,
        });
    }

    /// <summary>Returns the admitted update; null for an update that is known only from the request in the worker's message.</summary>
    private static AdmittedUpdate? RequireKnown(CommandContext context, string updateId, Request? requestInMessage)
    {
        var admitted = context.Tx.Answered.Contains(updateId) ? null : context.Tx.Run.Updates.Find(updateId);
        Require.That(
            !context.State.Updates.ContainsKey(updateId), Bad, $"invalid state transition attempted for Update {updateId}: it has been accepted already");
        Require.That(
            admitted is not null || requestInMessage is not null,
            Bad,
            $"update {updateId} wasn't found on the server. This is most likely a transient error which will be resolved automatically by retries");
        return admitted;
    }

    private static void RequireSet(bool isSet, string message, string field) => Require.That(isSet, Bad, $"invalid *update.{message}: {field} is not set");
}
