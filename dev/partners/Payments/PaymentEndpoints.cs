using OrderOrchestration.Partners.Http;

namespace OrderOrchestration.Partners.Payments;

/// <summary>The payment team's API (contract §2).</summary>
internal static class PaymentEndpoints
{
    public static void Map(IEndpointRouteBuilder api, PaymentTeam team)
    {
        api.MapPost("/payments", (PaymentRequest request) => Answer.Accepted(team.Request(request)));
        api.MapGet("/payments", List);
        api.MapGet("/payments/{paymentId}", (string paymentId) => TypedResults.Ok(team.Get(paymentId)));
        api.MapPost("/payments/{paymentId}/cancel", (string paymentId, CancelRequest _) => TypedResults.Ok(team.Cancel(paymentId)));
        api.MapPost("/payments/{paymentId}/refunds", Refund);
        api.MapGet("/identity-verifications/{verificationId}", (string verificationId) =>
            TypedResults.Ok(team.Verification(verificationId)));

        // In addition to the contract's listing by time, ?orderId= lists the attempts of one order, for demonstrations and tests.
        IResult List(string? orderId, DateTimeOffset? from, DateTimeOffset? to, string? cursor, int? limit) => orderId is null
            ? TypedResults.Ok(team.List(PaymentListing.Of(from, to, cursor, limit)))
            : TypedResults.Ok(team.OfOrder(orderId));

        IResult Refund(string paymentId, RefundRequest request)
        {
            var (done, accepted) = team.Refund(paymentId, request);
            return done is not null ? Answer.Created(done) : Answer.Accepted(accepted);
        }
    }
}
