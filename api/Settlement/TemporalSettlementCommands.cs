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

/// <summary>Speaks to the settlement workflows by their fixed names.</summary>
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
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(RecoveryTimeout);
        try
        {
            await client.GetWorkflowHandle(workflowId).ExecuteUpdateAsync(
                "recover", [command], new WorkflowUpdateOptions { Rpc = new RpcOptions { CancellationToken = budget.Token } });
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

    public Task<bool> TellPayoutAsync(string payoutId, PartnerEvent partnerEvent, CancellationToken cancellationToken) =>
        payouts.SignalAsync(payoutId, partnerEvent, cancellationToken);

    /// <summary>Starts a run or joins it, and waits for its end as long as its caller may be kept; it goes on by itself.</summary>
    private async Task RunAsync(
        string workflow, object input, string workflowId, string summary, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var handle = await client.StartWorkflowAsync(workflow, [input], new WorkflowOptions(workflowId, OrderTemporal.TaskQueue)
        {
            IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting,
            StaticSummary = summary,
            Rpc = new RpcOptions { CancellationToken = cancellationToken },
        });
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(timeout);
        try
        {
            await handle.GetResultAsync(rpcOptions: new RpcOptions { CancellationToken = budget.Token });
        }
        catch (Exception waited) when (budget.IsCancellationRequested && !cancellationToken.IsCancellationRequested
            && waited is OperationCanceledException or RpcException or RpcTimeoutOrCanceledException)
        {
            // It takes longer than its caller waits: the answer says how far it is.
        }
        catch (WorkflowFailedException)
        {
            // Somebody ended the run in Temporal: what it did stands, and the next one goes on from there.
        }
    }
}
