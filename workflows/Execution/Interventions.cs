using Microsoft.Extensions.Logging;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Execution;

/// <summary>
/// The manual interventions of one process of an order: at most one per step. Each is closed once the process has acted on the operator's decision, or
/// has ended.
/// </summary>
/// <param name="name">One of <see cref="ProcessNames"/>.</param>
/// <param name="key">The key of the process within its order.</param>
/// <param name="record">Records an event on the order on behalf of the process.</param>
internal sealed class Interventions(OrderRun run, string name, string key, Action<DomainEvent> record)
{
    /// <summary>The intervention at a step, resolved or not.</summary>
    public Attention? Find(string step) => run.Order.AttentionAt(key, step);

    /// <summary>An operator has not decided yet.</summary>
    public bool IsOpen(string step) => Find(step) is { Resolution: null };

    /// <summary>Requests an intervention for a failed call. The allowed actions depend on the step and on the state of the order.</summary>
    /// <param name="isFinal">A retry of the call cannot succeed.</param>
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

    /// <summary>Requests an intervention, unless the step already has one.</summary>
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

    /// <summary>Closes the interventions of a process that has ended.</summary>
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

/// <summary>
/// When an operator may compensate an order: at steps of placing, paying and shipping, before a parcel is under way, and only if the order is neither
/// closed nor being cancelled.
/// </summary>
public static class Compensations
{
    extension(Order order)
    {
        public bool MayBeCompensated(string process) => order is { IsDelivered: false, IsClosed: false, Cancellation: null }
            && process is ProcessNames.Placing or ProcessNames.Paying or ProcessNames.Shipment
            && !order.Shipments.Exists(shipment => shipment.IsUnderWay);
    }
}
