using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.History.Commands;

/// <summary>What the handler of a command works with.</summary>
/// <param name="CompletedEventId">The completion of the workflow task that the commands came with.</param>
internal sealed record CommandContext(
    RunTransaction Tx,
    long CompletedEventId,
    RespondWorkflowTaskCompletedRequest Request,
    RespondWorkflowTaskCompletedResponse Response,
    CommandValidation Validation)
{
    public MutableState State => Tx.State;

    public ServerLimits Limits => Tx.Run.Limits;

    /// <summary>Gets the messages that no command has referred to yet, by id.</summary>
    public OrderedDictionary<string, Temporalio.Api.Protocol.V1.Message> Messages { get; } = ById(Request.Messages);

    /// <summary>Gets the activities that the worker takes at once.</summary>
    public List<PendingActivity> EagerActivities { get; } = [];

    /// <summary>Gets or sets a value indicating whether another workflow task is needed to tell the workflow what its commands led to.</summary>
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

/// <summary>Checks that need more than the run: namespaces and search attributes. Each throws INVALID_ARGUMENT or NOT_FOUND.</summary>
internal sealed record CommandValidation(Action<string> RequireNamespace, Action<string, Temporalio.Api.Common.V1.SearchAttributes?> ValidateSearchAttributes);
