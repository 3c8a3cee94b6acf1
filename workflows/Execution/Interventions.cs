using Microsoft.Extensions.Logging;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Execution;

/// <summary>What one process of an order asks operators: at most one open question a step, each gone once the process has acted on the answer or ended.</summary>
/// <param name="name">One of <see cref="ProcessNames"/>.</param>
/// <param name="key">Which one of the order's processes.</param>
/// <param name="record">Changes the order in the process's name.</param>
internal sealed class Interventions(OrderRun run, string name, string key, Action<DomainEvent> record)
{
    /// <summary>The question at a step, answered or not.</summary>
    public Attention? Find(string step) => run.Order.AttentionAt(key, step);

    /// <summary>An operator has yet to answer.</summary>
    public bool IsOpen(string step) => Find(step) is { Resolution: null };

    /// <summary>A call that cannot be done: what an operator may choose depends on the step, and on where the order stands.</summary>
    /// <param name="isFinal">The team said no for good.</param>
    public void Raise(ActivityStep step, string error, bool isFinal, string? endMeans)
    {
        List<string> actions = [RecoveryActions.Retry];
        if (step.Skippable)
        {
            actions.Add(RecoveryActions.Skip);
        }

        if (run.Order.MayBeCompensated(name))
        {
            actions.Add(RecoveryActions.Compensate);
        }

        if (step.WriteOffMeans is not null && isFinal)
        {
            actions.Add(RecoveryActions.WriteOff);
        }

        if (endMeans is not null)
        {
            actions.Add(RecoveryActions.End);
        }

        Raise(step.Name, error, actions, endMeans ?? (isFinal ? step.WriteOffMeans : null));
    }

    /// <summary>Asks, unless that is asked already.</summary>
    public void Raise(string step, string error, IReadOnlyList<string> actions, string? endMeans)
    {
        if (Find(step) is not null)
        {
            return;
        }

        Workflow.Logger.LogWarning("Order {OrderId} waits for an operator at {Process} {Step}: {Error}", run.Order.OrderId, key, step, error);
        var id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"a-{run.Order.AttentionCount + 1}");
        var now = Workflow.UtcNow;
        record(new AttentionRaised(now, new Attention(id, name, key, step, error, actions, now) { EndMeans = endMeans }));
    }

    public void Close(string step)
    {
        if (Find(step) is { } attention)
        {
            record(new AttentionClosed(Workflow.UtcNow, attention.AttentionId));
        }
    }

    /// <summary>Nothing of a process that has ended waits for an operator any more.</summary>
    public void CloseAll()
    {
        if (run.IsSuperseded)
        {
            return;
        }

        foreach (var attention in run.Order.Attentions.Where(attention => attention.ProcessKey == key))
        {
            record(new AttentionClosed(Workflow.UtcNow, attention.AttentionId));
        }
    }
}

/// <summary>When an order may be undone by an operator: never what is on its way to the customer, and no undo is undone.</summary>
public static class Compensations
{
    extension(Order order)
    {
        public bool MayBeCompensated(string process) => order is { IsDelivered: false, IsClosed: false, Cancellation: null }
            && process is ProcessNames.Placing or ProcessNames.Paying or ProcessNames.Shipment
            && !order.Shipments.Exists(shipment => shipment.IsUnderWay);
    }
}
