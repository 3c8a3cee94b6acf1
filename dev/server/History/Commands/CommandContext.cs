using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>The context of the command handlers of one workflow task completion.</summary>
/// <param name="CompletedEventId">The id of the WorkflowTaskCompleted event.</param>
internal sealed record CommandContext(
    RunTransaction Tx,
    long CompletedEventId,
    RespondWorkflowTaskCompletedRequest Request,
    RespondWorkflowTaskCompletedResponse Response,
    CommandValidation Validation)
{
    public MutableState State => Tx.State;

    public ServerLimits Limits => Tx.Run.Limits;

    /// <summary>Gets the protocol messages that no command has referenced yet, by id.</summary>
    public OrderedDictionary<string, Temporalio.Api.Protocol.V1.Message> Messages { get; } = ById(Request.Messages);

    /// <summary>Gets the activities for eager execution by the same worker.</summary>
    public List<PendingActivity> EagerActivities { get; } = [];

    /// <summary>Gets or sets a value indicating whether the commands produced events that need another workflow task.</summary>
    public bool NeedsWorkflowTask { get; set; }

    private static OrderedDictionary<string, Temporalio.Api.Protocol.V1.Message> ById(IEnumerable<Temporalio.Api.Protocol.V1.Message> messages)
    {
        var byId = new OrderedDictionary<string, Temporalio.Api.Protocol.V1.Message>();
        foreach (var message in messages)
        {
            byId[message.Id] = message;
        }

        return byId;
    }
}

/// <summary>Validation of namespaces and search attributes, which needs more than the run's state. Throws INVALID_ARGUMENT or NOT_FOUND.</summary>
internal sealed record CommandValidation(Action<string> RequireNamespace, Action<string, Temporalio.Api.Common.V1.SearchAttributes?> ValidateSearchAttributes);
