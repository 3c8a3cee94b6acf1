using OrderOrchestration.Activities.Steps;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>Asks the finance team for payouts and tax invoices (seed §5.7).</summary>
public sealed class FinanceActivities(FinanceClient finance, ISettlementQueries queries) : IFinanceSteps
{
    [Activity]
    public Task RequestPayoutAsync(string payoutId) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await finance.RequestPayoutAsync(await FindAsync(payoutId, cancellation), cancellation);
    });

    [Activity]
    public Task RequestTaxInvoiceAsync(string payoutId) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        var payout = await FindAsync(payoutId, cancellation);
        await finance.RequestTaxInvoiceAsync(payoutId, payout.SellerId, payout.Commission, cancellation);
    });

    private async Task<Payout> FindAsync(string payoutId, CancellationToken cancellationToken) =>
        await queries.FindPayoutAsync(payoutId, cancellationToken) ?? throw new InvalidOperationException($"payout {payoutId} is not in the store");
}
