using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Reconciliation;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Api.Reconciliations;

/// <summary>Speaks to the reconciliation workflow by its fixed name: a run by hand and a scheduled one meet under one id.</summary>
internal sealed class TemporalReconciliationCommands(ITemporalClient client) : IReconciliationCommands
{
    public async Task<bool> ReconcileAsync(DateOnly day, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var options = new WorkflowOptions(ReconciliationTemporal.DayWorkflowId(day), OrderTemporal.TaskQueue)
        {
            IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting,
            StaticSummary = $"reconciliation of {BusinessDay.Text(day)}, by hand",
            Rpc = new RpcOptions { CancellationToken = cancellationToken },
        };
        var run = await client.StartWorkflowAsync((ReconciliationWorkflow reconciliation) => reconciliation.RunAsync(new ReconcileDay(day)), options);
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(timeout);
        try
        {
            await run.GetResultAsync(rpcOptions: new RpcOptions { CancellationToken = budget.Token });
            return true;
        }
        catch (Exception waited) when (budget.IsCancellationRequested && !cancellationToken.IsCancellationRequested
            && waited is OperationCanceledException or RpcException or RpcTimeoutOrCanceledException)
        {
            // It takes longer than its caller waits, and goes on by itself.
            return false;
        }
        catch (WorkflowFailedException)
        {
            // Somebody ended the run in Temporal: the next one compares the day anew.
            return true;
        }
    }
}
