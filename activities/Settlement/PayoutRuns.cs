using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>Signals a payout: its open run or, if it has ended, a new run that handles the later report.</summary>
public sealed class PayoutRuns(ITemporalClient client, ISettlementQueries queries)
{
    /// <summary>Signals an event of the finance team to its payout; the same event is signalled once.</summary>
    /// <returns><c>false</c>: there is no such payout.</returns>
    public async Task<bool> SignalAsync(string payoutId, PartnerEvent published, CancellationToken cancellationToken)
    {
        var workflowId = SettlementTemporal.PayoutWorkflowId(payoutId);
        try
        {
            await PartnerEventSignal.SendAsync(client, workflowId, payoutId, published, cancellationToken);
            return true;
        }
        catch (RpcException missing) when (missing.Code == RpcException.StatusCode.NotFound)
        {
            if (await queries.FindPayoutAsync(payoutId, cancellationToken) is not { } payout)
            {
                return false;
            }

            var input = new OpenedPayout(payoutId, payout.SellerId, payout.Amount, HasEnded: payout.Status != PayoutStatus.Requested);
            var options = new WorkflowOptions(workflowId, OrderTemporal.TaskQueue)
            {
                IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting,
                IdReusePolicy = WorkflowIdReusePolicy.AllowDuplicate,
                StaticSummary = $"{payout.Amount} to seller {payout.SellerId}",
                Rpc = new RpcOptions { CancellationToken = cancellationToken },
            };
            options.SignalWithStart((PayoutWorkflow one) => one.OnPartnerEventAsync(published));
            await client.StartWorkflowAsync((PayoutWorkflow one) => one.RunAsync(input), options);
            return true;
        }
    }
}
