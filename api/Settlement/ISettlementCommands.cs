using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Settlement;

/// <summary>The API's gateway to the settlement workflows in Temporal.</summary>
public interface ISettlementCommands
{
    /// <summary>Settles a day, or joins the open run, and waits at most <paramref name="timeout"/> for its completion.</summary>
    Task SettleAsync(DateOnly day, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Starts a manual payout run, and waits at most <paramref name="timeout"/> until all its payouts were requested.</summary>
    Task PayAsync(string runId, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Sends an operator's recovery command to a settlement workflow that waits for manual intervention.</summary>
    /// <exception cref="OrderRefusedException">The workflow does not wait for intervention, or the action is not allowed.</exception>
    /// <exception cref="SettlementNotRunningException">The workflow is not running.</exception>
    Task RecoverAsync(string workflowId, RecoverCommand command, CancellationToken cancellationToken);

    /// <summary>Signals an event of the finance team to its payout, also where the payout's workflow has completed.</summary>
    /// <returns><c>false</c> if there is no such payout.</returns>
    Task<bool> SendPayoutEventAsync(string payoutId, PartnerEvent partnerEvent, CancellationToken cancellationToken);
}

/// <summary>No settlement workflow with this id is running.</summary>
public sealed class SettlementNotRunningException(string workflowId) : Exception("No workflow runs as " + workflowId);
