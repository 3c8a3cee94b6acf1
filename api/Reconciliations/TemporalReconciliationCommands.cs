using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Reconciliation;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Api.Reconciliations;

/// <summary>Starts the reconciliation workflow under an id derived from the day, so that a manual run joins a scheduled run that is open.</summary>
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
        using var timeoutSource = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeoutSource.CancelAfter(timeout);
        try
        {
            await run.GetResultAsync(rpcOptions: new RpcOptions { CancellationToken = timeoutSource.Token });
            return true;
        }
        catch (Exception waited) when (timeoutSource.IsCancellationRequested && !cancellationToken.IsCancellationRequested
            && waited is OperationCanceledException or RpcException or RpcTimeoutOrCanceledException)
        {
            // The run takes longer than the timeout and continues in the background.
            return false;
        }
        catch (WorkflowFailedException)
        {
            // The run was terminated or cancelled in Temporal. The next run compares the day again.
            return true;
        }
    }
}
