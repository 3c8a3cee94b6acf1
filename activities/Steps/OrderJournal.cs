using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Steps;

/// <summary>
/// Writes what belongs to a step: its intent before the team is called, the team's answer after. Both are kept once, so a step that is
/// repeated after a crash writes nothing twice.
/// </summary>
public sealed class OrderJournal(IOrderStore store, TimeProvider clock)
{
    /// <summary>The record that came with the step: the intent is durable before its effect.</summary>
    public Task WriteIntentAsync(OrderRecord? record, CancellationToken cancellationToken) =>
        record is null ? Task.CompletedTask : store.WriteAsync(record, cancellationToken);

    /// <summary>
    /// A team's answer under its owner's name. It needs no state, so it is written here with the view of the step's own record;
    /// a newer view in the store stays. A step without a record belongs to an order that nobody has been shown yet: nothing is written.
    /// </summary>
    public Task WriteAnswersAsync(
        OrderRecord? record, IReadOnlyList<StepAnswer> answers, CancellationToken cancellationToken, IReadOnlyList<OrderNotification>? notifications = null)
    {
        if (record is null || answers.Count == 0)
        {
            return Task.CompletedTask;
        }

        var orderId = record.View.OrderId;
        var now = clock.GetUtcNow();
        var events = answers.Select(answer => OrderTimeline.Event(orderId, answer.Type, answer.Sequence, now, answer.Data)).ToList();
        return store.WriteAsync(record with { Events = events, Notifications = notifications ?? [], Settlement = null }, cancellationToken);
    }
}

/// <summary>What a team answered: an event type of its own, what tells it from others of the order, and its data.</summary>
public sealed record StepAnswer(string Type, string Sequence, object Data);
