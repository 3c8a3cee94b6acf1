using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Processes;
using OrderOrchestration.Workflows.State;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows;

/// <summary>
/// How an order is written down. The record of a decision rides in the activity of the step that follows it, or in one of its own; never in a
/// local activity: a lost workflow task would leave an effect that no history knows of. Only what another team published, which is
/// durable as a signal before we look at it, is written by a local activity in the same workflow task.
/// </summary>
public sealed partial class OrderWorkflow
{
    private readonly Journal journal = new();
    private bool stepTaken;

    private static readonly LocalActivityOptions InTheSameTask = new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(2),
        ScheduleToCloseTimeout = TimeSpan.FromSeconds(4),
        CancellationToken = CancellationToken.None,
        Summary = "write what another team published to the order store",
    };

    /// <summary>An event of ours.</summary>
    private void Publish(string type, object data, string sequence = "1") =>
        journal.Add(OrderTimeline.Event(state.OrderId, type, sequence, Workflow.UtcNow, data));

    /// <summary>A message to the customer.</summary>
    private void Notify(string template, object data, string sequence = "1") =>
        journal.Add(OrderTimeline.Notification(state.OrderId, state.Customer, template, sequence, data));

    private OrderRecord TakeRecord()
    {
        Workflow.CurrentDetails = OrderStory.Tell(state);
        return journal.Take(View(), Workflow.CurrentHistoryLength);
    }

    /// <summary>The record of a step that also happens to orders that nobody has been shown yet; those leave nothing.</summary>
    private OrderRecord? TakeRecordIfShown() => journal is { IsEmpty: true, WasTaken: false } ? null : TakeRecord();

    /// <summary>Writes a decision of ours that no step carries, for as long as it takes.</summary>
    private async Task RecordAsync()
    {
        if (!journal.IsEmpty)
        {
            var record = TakeRecord();
            stepTaken = true;
            await Workflow.ExecuteActivityAsync((IOrderSteps own) => own.RecordOrderAsync(record), OrderStep.Record.Options(patience: null));
        }
    }

    /// <summary>Writes what was heard, once everything that came with it is heard too.</summary>
    private async Task RecordWhatWasHeardAsync()
    {
        if (stepTaken)
        {
            // An answer to a step of ours is in it: no longer another team's word alone.
            await RecordAsync();
            return;
        }

        // A paid order asks for its goods at once: that step carries what was heard. What else has come is written in one go.
        var isCarriedOn = state.Status == OrderStatus.Paid || (inbox.TryPeek(out var next) && next is PartnerEvent && !state.HasEnded);
        if (journal.IsEmpty || isCarriedOn)
        {
            return;
        }

        var record = TakeRecord();
        try
        {
            await Workflow.ExecuteLocalActivityAsync((IOrderSteps own) => own.RecordOrderAsync(record), InTheSameTask);
        }
        catch (ActivityFailureException)
        {
            // The store is away for longer than a workflow task may last.
            journal.PutBack(record);
            await RecordAsync();
        }
    }

    private void ShowStatus()
    {
        var status = OrderSearchAttributes.Name(state.Status);
        if (!Workflow.TypedSearchAttributes.TryGetValue(OrderSearchAttributes.Status, out var shown) || shown != status)
        {
            Workflow.UpsertTypedSearchAttributes(OrderSearchAttributes.Status.ValueSet(status));
        }
    }
}
