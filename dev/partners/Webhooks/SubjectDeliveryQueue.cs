using OrderOrchestration.Partners.Faults;

namespace OrderOrchestration.Partners.Webhooks;

/// <summary>A queued event.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Fault">The faults of a reordered event that were determined before it was moved back, so that the rules are evaluated once.</param>
internal sealed record Queued(string EventId, CombinedWebhookFault? Fault = null);

/// <summary>The queue of one team's events about one subject. They are delivered one at a time, in the order of publication.</summary>
internal sealed class SubjectDeliveryQueue
{
    private readonly LinkedList<Queued> waiting = new();
    private TaskCompletionSource? arrival;

    public bool IsEmpty => waiting.Count == 0;

    public void Add(Queued queued)
    {
        waiting.AddLast(queued);
        arrival?.TrySetResult();
        arrival = null;
    }

    public Queued TakeFirst()
    {
        var first = waiting.First!.Value;
        waiting.RemoveFirst();
        return first;
    }

    /// <summary>Inserts an event after the next one, for the reordering fault.</summary>
    public void PutSecond(Queued queued)
    {
        if (waiting.First is { } first)
        {
            waiting.AddAfter(first, queued);
        }
        else
        {
            waiting.AddFirst(queued);
        }
    }

    /// <summary>Completes when the queue contains an event.</summary>
    public Task Arrival() =>
        IsEmpty ? (arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
}
