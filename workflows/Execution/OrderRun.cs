using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Tracing;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Execution;

/// <summary>
/// The order of a running workflow, shared by its processes: each changes it synchronously, between its awaits, by domain events. Changes that are not
/// recorded yet stay in the outbox batch until the next activity that carries a record, or until the recorder writes them.
/// </summary>
public sealed class OrderRun
{
    private readonly OutboxBatch batch = new();
    private readonly List<OrderRecord> inFlight = [];
    private readonly List<(PartnerEvent Event, long Version)> unstored = [];
    private bool isRequested;
    private bool isChanged;
    private bool isSeen;

    public OrderRun(OrderInput input)
    {
        Order = input.Snapshot;
        isChanged = isSeen = input.IsResumed;
        if (input.Unrecorded is { } unrecorded)
        {
            batch.PutBack(unrecorded);
        }
    }

    public Order Order { get; private set; }

    /// <summary>Counts the changes of the order; compared to detect a change.</summary>
    public long Changes { get; private set; }

    /// <summary>The trace that the latest change belongs to (<see cref="TraceCause"/>): calls that follow from the change continue this trace.</summary>
    public string? Cause { get; private set; }

    public DeadlineTimer Timer { get; } = new();

    /// <summary>The store has a later snapshot, written by another run: this run was reset and has to continue from that snapshot.</summary>
    public bool IsSuperseded { get; private set; }

    /// <summary>Keys of processes whose team did not answer at the first try: updates and other processes stop waiting for them.</summary>
    public HashSet<string> Unanswered { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether something has to be written now. A change without a published event (a repeated partner event) is written with the next record, unless a
    /// person requested it, the customer can see it, or the order is at rest.
    /// </summary>
    public bool HasUnrecorded => !batch.IsEmpty || (isChanged && (isRequested || isSeen || Order.IsAtRest));

    /// <summary>The order was recorded before, so its customer can see it.</summary>
    public bool WasRecorded => Order.Version > 0;

    /// <summary>
    /// Whether steps may store the order. An order that no caller has seen and that may still be refused is not stored. A cancellation implies that a
    /// caller has seen the order.
    /// </summary>
    public bool IsShown => WasRecorded || Order.PlacedAt is not null || !Order.Attentions.IsEmpty || Order.Cancellation is { Refusal: null };

    /// <summary>Applies events: all of them, or none if one cannot be applied.</summary>
    public void Record(params IReadOnlyList<DomainEvent> changes)
    {
        var next = Order;
        var published = new OutboxBatch();
        foreach (var change in changes)
        {
            next = next.Apply(change);
            Publications.Add(published, next, change);
        }

        var taken = published.Take(next);
        isChanged |= changes.Count > 0;
        isSeen |= changes.Any(change => change is CancellationRejected or RefundEstimated or AttentionClosed);
        Order = next;
        Cause = TraceCause.Current ?? Cause;
        Changes++;
        batch.PutBack(Append(batch.Take(Order), taken));
    }

    /// <summary>Marks the changes recorded next as requested by a person: they are not durable before the workflow task completes.</summary>
    public void MarkRequested() => isRequested = true;

    /// <summary>Whether a person requested a change that is not recorded yet; clears the mark.</summary>
    public bool TakeRequestMark()
    {
        var wasRequested = isRequested;
        isRequested = false;
        return wasRequested;
    }

    /// <summary>Everything since the last record, with the current order under a new version.</summary>
    public OrderRecord TakeRecord()
    {
        isRequested = false;
        isChanged = false;
        isSeen = false;
        Order = Order with { Version = Order.Version + 1 };
        Workflow.CurrentDetails = OrderDescription.Of(Order);
        var record = batch.Take(Order);
        inFlight.Add(record);
        return record;
    }

    /// <summary>The step that carried a record has written it.</summary>
    public void Written(OrderRecord record)
    {
        inFlight.Remove(record);
        unstored.RemoveAll(received => received.Version <= record.Snapshot.Version);
    }

    /// <summary>Events of other teams that this run received and that are not part of a written record: a superseded run passes them to the next run.</summary>
    public IReadOnlyList<PartnerEvent> UnstoredEvents => [.. unstored.Select(received => received.Event)];

    /// <summary>Registers a received event of another team; the next record contains its effect.</summary>
    public void Received(PartnerEvent received) => unstored.Add((received, Order.Version + 1));

    /// <summary>The unwritten record that is passed to the next run; <c>null</c> if everything is written.</summary>
    public OrderRecord? TakeUnrecorded()
    {
        foreach (var record in inFlight.AsEnumerable().Reverse())
        {
            batch.PutBack(record);
        }

        return batch.IsEmpty ? null : batch.Take(Order);
    }

    /// <summary>Returns the record of a failed step to the batch: it may not have been written.</summary>
    public void PutBack(OrderRecord record)
    {
        inFlight.Remove(record);
        batch.PutBack(record);
        isChanged = true;
    }

    public void Supersede() => IsSuperseded = true;

    private static OrderRecord Append(OrderRecord earlier, OrderRecord later) => later with
    {
        Events = [.. earlier.Events, .. later.Events],
        Notifications = [.. earlier.Notifications, .. later.Notifications],
        Settlement = [.. earlier.Settlement ?? [], .. later.Settlement ?? []],
    };
}
