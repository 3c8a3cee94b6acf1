using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Tracing;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Execution;

/// <summary>
/// The order of a running workflow, shared by its processes: each changes it synchronously, between its awaits, by events of the aggregate. What was
/// not recorded yet waits in the outbox batch for the next step that carries it, or for the recorder.
/// </summary>
public sealed class OrderRun
{
    private readonly OutboxBatch batch = new();
    private readonly List<OrderRecord> underWay = [];
    private readonly List<(PartnerEvent Event, long Version)> unstored = [];
    private bool isRequested;
    private bool isChanged;
    private bool isSeen;

    public OrderRun(OrderInput input)
    {
        Order = input.Snapshot;
        isChanged = isSeen = input.IsTakenUp;
        if (input.Unrecorded is { } unrecorded)
        {
            batch.PutBack(unrecorded);
        }
    }

    public Order Order { get; private set; }

    /// <summary>Counts the changes of the order: whoever waits for something to happen compares it.</summary>
    public long Changes { get; private set; }

    /// <summary>The trace that the latest change belongs to (<see cref="TraceCause"/>): what follows from the change is done in its name.</summary>
    public string? Cause { get; private set; }

    public DeadlineTimer Timer { get; } = new();

    /// <summary>The store has a later snapshot than this run, written by another: the run was reset and takes that one up.</summary>
    public bool IsSuperseded { get; private set; }

    /// <summary>Processes whose team did not answer at the first try: whoever goes after them passes over them.</summary>
    public HashSet<string> Unanswered { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Something is to be written. A change that nobody is told of (a repeated event) is written with the next that somebody is, unless a person asked for
    /// it, the customer sees it, or nothing else will come.
    /// </summary>
    public bool HasUnrecorded => !batch.IsEmpty || (isChanged && (isRequested || isSeen || Order.IsAtRest));

    /// <summary>The order was recorded before: its customer can see it.</summary>
    public bool WasRecorded => Order.Version > 0;

    /// <summary>
    /// Steps may write the order: one that nobody has been shown and that may still be refused leaves nothing. Whoever cancels an order has been shown it.
    /// </summary>
    public bool IsShown => WasRecorded || Order.PlacedAt is not null || !Order.Attentions.IsEmpty || Order.Cancellation is { Refusal: null };

    /// <summary>Applies what happened; all of it or, where an event cannot be applied, nothing.</summary>
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

    /// <summary>A person asked for what is recorded next: it is not durable before the workflow task is done.</summary>
    public void MarkRequested() => isRequested = true;

    /// <summary>Whether a person asked for what was not recorded yet.</summary>
    public bool TakeRequestMark()
    {
        var was = isRequested;
        isRequested = false;
        return was;
    }

    /// <summary>Everything since the last record, with the order as it stands under a version of its own.</summary>
    public OrderRecord TakeRecord()
    {
        isRequested = false;
        isChanged = false;
        isSeen = false;
        Order = Order with { Version = Order.Version + 1 };
        Workflow.CurrentDetails = OrderDescription.Of(Order);
        var record = batch.Take(Order);
        underWay.Add(record);
        return record;
    }

    /// <summary>The step that carried a record has written it.</summary>
    public void Written(OrderRecord record)
    {
        underWay.Remove(record);
        unstored.RemoveAll(received => received.Version <= record.Snapshot.Version);
    }

    /// <summary>Events of other teams that this run received and that are in no written record: a run that is superseded hands them on.</summary>
    public IReadOnlyList<PartnerEvent> UnstoredEvents => [.. unstored.Select(received => received.Event)];

    /// <summary>An event of another team came; the next record will show what it meant.</summary>
    public void Received(PartnerEvent received) => unstored.Add((received, Order.Version + 1));

    /// <summary>The record that a run carries on to the next one; <c>null</c> where everything is written.</summary>
    public OrderRecord? TakeUnrecorded()
    {
        foreach (var record in underWay.AsEnumerable().Reverse())
        {
            batch.PutBack(record);
        }

        return batch.IsEmpty ? null : batch.Take(Order);
    }

    /// <summary>Takes a record back whose step failed, perhaps before it was written.</summary>
    public void PutBack(OrderRecord record)
    {
        underWay.Remove(record);
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
