using OrderOrchestration.Activities.Quoting;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Steps;

/// <summary>The order's own steps: its record in the store and the facts it is priced by.</summary>
public sealed class OrderActivities(IOrderStore store, OrderFactsReader facts) : IOrderSteps
{
    [Activity]
    public Task RecordOrderAsync(OrderRecord record) => store.WriteAsync(record, ActivityExecutionContext.Current.CancellationToken);

    [Activity]
    public Task<OrderFacts> ReadFactsAsync(ReadFacts step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        if (step.Record is { } record)
        {
            await store.WriteAsync(record, cancellation);
        }

        return await facts.ReadAsync(step.Request, cancellation);
    });
}
