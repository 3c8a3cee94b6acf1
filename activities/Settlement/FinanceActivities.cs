using OrderOrchestration.Activities.Orders;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>Requests payouts and tax invoices at the finance team (seed §5.7).</summary>
public sealed class FinanceActivities(FinanceClient finance, ISettlementQueries queries, IPayoutStore payouts) : IFinanceSteps
{
    [Activity]
    public Task RequestPayoutAsync(string payoutId) => PartnerCalls.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await finance.RequestPayoutAsync(await FindAsync(payoutId, cancellation), cancellation);
    });

    [Activity]
    public Task RequestTaxInvoiceAsync(string payoutId) => PartnerCalls.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        var payout = await FindAsync(payoutId, cancellation);
        var kind = TaxInvoices.KindOf(payout.Commission);
        if (kind is { } needed)
        {
            await finance.RequestTaxInvoiceAsync(payoutId, payout.SellerId, payout.Commission, needed, cancellation);
        }

        await payouts.RecordInvoiceAsync(payoutId, kind, isAbandoned: false, cancellation);
    });

    [Activity]
    public async Task AbandonTaxInvoiceAsync(string payoutId)
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        var payout = await FindAsync(payoutId, cancellation);
        await payouts.RecordInvoiceAsync(payoutId, TaxInvoices.KindOf(payout.Commission), isAbandoned: true, cancellation);
    }

    private async Task<Payout> FindAsync(string payoutId, CancellationToken cancellationToken) =>
        await queries.FindPayoutAsync(payoutId, cancellationToken) ?? throw new InvalidOperationException($"payout {payoutId} is not in the store");
}
