using System.Net;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>The finance team's API (재무팀, contract §2).</summary>
public sealed class FinanceClient(HttpClient http)
{
    public const string Team = "Finance";

    // A conflict means that the payout or the invoice already exists.
    private static readonly HttpStatusCode[] Successes = [HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.Conflict];

    private readonly PartnerCaller team = new(http, Team);

    /// <summary>정산금 지급 요청.</summary>
    public Task RequestPayoutAsync(Payout payout, CancellationToken cancellationToken) => team.ChangeAsync(
        HttpMethod.Post,
        "payouts",
        new { payout.PayoutId, payout.SellerId, payout.Amount, payout.StatementIds },
        $"{payout.PayoutId}/payout",
        Successes,
        cancellationToken);

    /// <summary>세금계산서 발행 요청.</summary>
    public Task RequestTaxInvoiceAsync(
        string payoutId, string sellerId, Won commission, TaxInvoiceKind kind, CancellationToken cancellationToken) => team.ChangeAsync(
        HttpMethod.Post, "tax-invoices", new { payoutId, sellerId, commission, kind }, $"{payoutId}/tax-invoice", Successes, cancellationToken);
}
