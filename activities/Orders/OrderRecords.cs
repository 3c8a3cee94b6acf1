using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace OrderOrchestration.Activities.Orders;

/// <summary>Writes the record that a step carries before its team is called: the intent is durable before its effect.</summary>
public sealed class OrderRecords(IOrderStore store)
{
    /// <exception cref="ApplicationFailureException">The store has a later snapshot, written by another run: this one was reset.</exception>
    public async Task WriteAsync(OrderRecord? record)
    {
        if (record is null)
        {
            return;
        }

        var context = ActivityExecutionContext.Current;
        if (await store.WriteAsync(record, context.Info.WorkflowRunId ?? string.Empty, context.CancellationToken) == RecordOutcome.Superseded)
        {
            throw new ApplicationFailureException(
                $"The store has a later snapshot of order {record.Snapshot.Request.OrderId}.", StepFailureTypes.OrderSuperseded, nonRetryable: true);
        }
    }
}
