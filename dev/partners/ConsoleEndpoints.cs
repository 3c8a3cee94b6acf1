using OrderOrchestration.Partners.Finance;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Payments;

namespace OrderOrchestration.Partners;

/// <summary>
/// Actions of the teams' own staff: money moved without the order team, refunds completed or failed by hand, a payout decided again.
/// They are not part of the contract, are exempt from fault injection and need no idempotency key.
/// </summary>
internal static class ConsoleEndpoints
{
    public static void Map(IEndpointRouteBuilder root, PartnersServer server)
    {
        var payments = root.MapGroup("/console/payments/{paymentId}");
        var console = server.Payment.Console;
        payments.MapPost("/refunds", (string paymentId, ConsoleRefundRequest? request) =>
            Answer.Created(console.Refund(paymentId, request)));
        payments.MapPost("/charge-backs", (string paymentId, ConsoleRefundRequest? request) =>
            Answer.Created(console.ChargeBack(paymentId, request)));
        payments.MapPost("/cancel", (string paymentId, ConsoleRequest? request) => TypedResults.Ok(console.Cancel(paymentId, request)));
        payments.MapPost("/refunds/{refundId}/complete", (string paymentId, string refundId, ConsoleRequest? request) =>
            TypedResults.Ok(console.Complete(paymentId, refundId, request)));
        payments.MapPost("/refunds/{refundId}/fail", (string paymentId, string refundId) =>
            TypedResults.Ok(console.Fail(paymentId, refundId)));
        root.MapPost("/console/payouts/{payoutId}/outcomes", (string payoutId, PayoutOutcomeRequest outcome) =>
            TypedResults.Ok(server.Finance.Decide(payoutId, outcome)));
    }
}
