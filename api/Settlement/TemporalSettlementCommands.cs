using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Api.Settlement;

/// <summary>Calls the settlement workflows under their fixed workflow ids.</summary>
internal sealed class TemporalSettlementCommands(ITemporalClient client, PayoutRuns payouts) : ISettlementCommands
{
    private static readonly TimeSpan RecoveryTimeout = TimeSpan.FromSeconds(20);

    public Task SettleAsync(DateOnly day, TimeSpan timeout, CancellationToken cancellationToken) => RunAsync(
        SettlementTemporal.DayWorkflow,
        new SettleDay(day),
        SettlementTemporal.DayWorkflowId(day),
        $"settlement of {BusinessDay.Text(day)}, by hand",
        timeout,
        cancellationToken);

    public Task PayAsync(string runId, TimeSpan timeout, CancellationToken cancellationToken) => RunAsync(
        SettlementTemporal.PayoutRunWorkflow,
        new PayoutRun(runId),
        SettlementTemporal.PayoutRunWorkflowId(runId),
        $"payout run {runId}, by hand",
        timeout,
        cancellationToken);

    public async Task RecoverAsync(string workflowId, RecoverCommand command, CancellationToken cancellationToken)
    {
        using var timeoutSource = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeoutSource.CancelAfter(RecoveryTimeout);
        try
        {
            await client.GetWorkflowHandle(workflowId).ExecuteUpdateAsync(
                "recover", [command], new WorkflowUpdateOptions { Rpc = new RpcOptions { CancellationToken = timeoutSource.Token } });
        }
        catch (WorkflowUpdateFailedException failure)
        {
            throw failure.InnerException is ApplicationFailureException refused && OrderFailure.Read(refused) is { } refusal
                ? new OrderRefusedException(refusal.Slug, refusal.Message, refusal.Details)
                : failure;
        }
        catch (RpcException missing) when (missing.Code == RpcException.StatusCode.NotFound)
        {
            throw new SettlementNotRunningException(workflowId);
        }
    }

    public Task<bool> SendPayoutEventAsync(string payoutId, PartnerEvent partnerEvent, CancellationToken cancellationToken) =>
        payouts.SignalAsync(payoutId, partnerEvent, cancellationToken);

    /// <summary>Starts a run or joins the open one, and waits for its completion until the timeout. The run continues after the timeout.</summary>
    private async Task RunAsync(
        string workflow, object input, string workflowId, string summary, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var handle = await client.StartWorkflowAsync(workflow, [input], new WorkflowOptions(workflowId, OrderTemporal.TaskQueue)
        {
            IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting,
            StaticSummary = summary,
            Rpc = new RpcOptions { CancellationToken = cancellationToken },
        });
        using var timeoutSource = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeoutSource.CancelAfter(timeout);
        try
        {
            await handle.GetResultAsync(rpcOptions: new RpcOptions { CancellationToken = timeoutSource.Token });
        }
        catch (Exception waited) when (timeoutSource.IsCancellationRequested && !cancellationToken.IsCancellationRequested
            && waited is OperationCanceledException or RpcException or RpcTimeoutOrCanceledException)
        {
            // The run takes longer than the timeout: the response shows its current state.
        }
        catch (WorkflowFailedException)
        {
            // The run was terminated or cancelled in Temporal. Its results are retained, and the next run continues from them.
        }
    }
}
