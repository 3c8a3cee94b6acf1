using System.Collections.Concurrent;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Api.Settlement;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Tests.Api;

/// <summary>Stands in for the settlement workflows where a test is about HTTP alone: does in the store what they would.</summary>
internal sealed class FakeSettlements(ISettlementStore days, IPayoutStore payouts) : ISettlementCommands
{
    public ConcurrentQueue<(string PayoutId, PartnerEvent Event)> Received { get; } = [];

    /// <summary>Whether runs take longer than their caller waits.</summary>
    public bool IsSlow { get; set; }

    public int Runs { get; private set; }

    /// <summary>What a recovery fails with; absent: it is done.</summary>
    public Func<string, Exception?> RecoverFailure { get; set; } = workflowId => new SettlementNotRunningException(workflowId);

    public async Task SettleAsync(DateOnly day, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Runs++;
        if (IsSlow)
        {
            return;
        }

        var page = new ClosedPage(0, 0, Closed: false);
        while (!page.Closed)
        {
            page = await days.CloseDayAsync(new CloseDay(day, page.UpTo, 100), cancellationToken);
        }

        await days.CreateStatementsAsync(new CreateStatements(day, null, 100), cancellationToken);
        await days.CompleteDayAsync(day, cancellationToken);
    }

    public Task PayAsync(string runId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Runs++;
        return payouts.OpenAsync(new OpenPayouts(runId, null, 100), cancellationToken);
    }

    public Task RecoverAsync(string workflowId, RecoverCommand command, CancellationToken cancellationToken) =>
        RecoverFailure(workflowId) is { } failure ? Task.FromException(failure) : Task.CompletedTask;

    public Task<bool> SendPayoutEventAsync(string payoutId, PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        var isKnown = payoutId.StartsWith("po-", StringComparison.Ordinal);
        if (isKnown)
        {
            Received.Enqueue((payoutId, partnerEvent));
        }

        return Task.FromResult(isKnown);
    }
}
