using OrderOrchestration.Workflows.Messages;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Steps;

/// <summary>What an order does on its own ground: its record, and the facts it is priced by.</summary>
public interface IOrderSteps
{
    /// <summary>Writes a record that no other step carries. Writing it again changes nothing.</summary>
    [Activity]
    Task RecordOrderAsync(OrderRecord record);

    /// <summary>Asks the teams for the facts of an order whose starter could not reach them.</summary>
    [Activity]
    Task<OrderFacts> ReadFactsAsync(ReadFacts step);
}

/// <summary>Reads the facts of a request.</summary>
/// <param name="Record">The order as far as it is known, so that its customer finds it while a team is away.</param>
public sealed record ReadFacts(OrderRecord? Record, OrderRequest Request);
