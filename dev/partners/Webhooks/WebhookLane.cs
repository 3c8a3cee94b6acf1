namespace OrderOrchestration.Partners.Webhooks;

/// <summary>The events of one team about one order: they leave one after the other, in the order they were published.</summary>
internal sealed class WebhookLane
{
    private readonly LinkedList<string> waiting = new();
    private TaskCompletionSource? arrival;

    public bool IsEmpty => waiting.Count == 0;

    public void Add(string eventId)
    {
        waiting.AddLast(eventId);
        arrival?.TrySetResult();
        arrival = null;
    }

    public string TakeFirst()
    {
        var first = waiting.First!.Value;
        waiting.RemoveFirst();
        return first;
    }

    /// <summary>Puts an event behind the next one: how a re-ordering fault looks.</summary>
    public void PutSecond(string eventId)
    {
        if (waiting.First is { } first)
        {
            waiting.AddAfter(first, eventId);
        }
        else
        {
            waiting.AddFirst(eventId);
        }
    }

    /// <summary>Completes when another event joins the lane.</summary>
    public Task Arrival() =>
        IsEmpty ? (arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
}
