using OrderOrchestration.Partners.Faults;

namespace OrderOrchestration.Partners.Webhooks;

/// <summary>An event in its queue.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Disturbance">The faults that met it already, where it had to stand back for the next one: dice are thrown once.</param>
internal sealed record Queued(string EventId, WebhookDisturbance? Disturbance = null);

/// <summary>The events of one team about one order: they leave one after the other, in the order they were published.</summary>
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

    /// <summary>Puts an event behind the next one: how a re-ordering fault looks.</summary>
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

    /// <summary>Completes when another event joins the queue.</summary>
    public Task Arrival() =>
        IsEmpty ? (arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
}
