using OrderOrchestration.Partners.Http;

namespace OrderOrchestration.Partners.Finance;

/// <summary>The finance team's API (contract §2).</summary>
internal static class FinanceEndpoints
{
    public static void Map(IEndpointRouteBuilder api, FinanceTeam team)
    {
        api.MapPost("/payouts", (PayoutRequest request) => Answer.Accepted(team.Pay(request)));
        api.MapGet("/payouts/{payoutId}", (string payoutId) => TypedResults.Ok(team.Get(payoutId)));
        api.MapPost("/tax-invoices", (TaxInvoiceRequest request) => Answer.Accepted(team.Invoice(request)));
    }
}
