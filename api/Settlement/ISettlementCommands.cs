using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Settlement;

/// <summary>What the API asks of the settlement workflows: the only door between HTTP and Temporal for them.</summary>
public interface ISettlementCommands
{
    /// <summary>Settles a day, or joins the run that does; waits for its end for at most <paramref name="timeout"/>.</summary>
    Task SettleAsync(DateOnly day, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Runs payouts by hand; waits until all were asked for, for at most <paramref name="timeout"/>.</summary>
    Task PayAsync(string runId, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>An operator resolves what a settlement workflow waits for.</summary>
    /// <exception cref="OrderRefusedException">Nothing waits there, or the action is not possible.</exception>
    /// <exception cref="SettlementNotRunningException">No such workflow runs.</exception>
    Task RecoverAsync(string workflowId, RecoverCommand command, CancellationToken cancellationToken);

    /// <summary>Hands an event of the finance team on to its payout, whether that has ended or not.</summary>
    /// <returns><c>false</c>: there is no such payout.</returns>
    Task<bool> TellPayoutAsync(string payoutId, PartnerEvent partnerEvent, CancellationToken cancellationToken);
}

/// <summary>No settlement workflow of that id runs.</summary>
public sealed class SettlementNotRunningException(string workflowId) : Exception("No workflow runs as " + workflowId);
