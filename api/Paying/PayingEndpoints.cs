using OrderOrchestration.Api.Changing;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Placing;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Paying;

/// <summary>Paying (결제하기) and cancelling an open payment attempt (결제 취소하기).</summary>
internal static class PayingEndpoints
{
    private static readonly PayBodyValidator Pay = new();

    public static void MapPaying(this IEndpointRouteBuilder orders)
    {
        orders.MapPost("/{orderId}/payments", PayAsync)
            .Accepts<PayBody>("application/json")
            .WithSummary("Requests payment; the order shows the outcome.")
            .Produces<OrderView>(StatusCodes.Status202Accepted)
            .ProducesProblems(
            [
                ProblemTypes.NotFound, ProblemTypes.PaymentMethodNotTaken, RefusalSlugs.PaymentInProgress, RefusalSlugs.NotPayable,
                RefusalSlugs.IdentityVerificationRequired, .. IdempotentRequests.KeyProblems,
            ]);
        orders.MapDelete("/{orderId}/payments/current", CancelAsync)
            .WithSummary("Cancels the open payment attempt.")
            .Produces<OrderView>(StatusCodes.Status202Accepted)
            .ProducesProblems([ProblemTypes.NotFound, RefusalSlugs.NoOpenPayment, .. IdempotentRequests.KeyProblems]);
    }

    private static async Task<IResult> PayAsync(string orderId, HttpContext context, OrderUpdates updates, PaymentMethods methods, IOrderFactsSource facts)
    {
        var read = await RequestBody.ReadAsync(context, Pay);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        if (methods.Refuse(body.Method) is { } refused)
        {
            return refused;
        }

        // Where the payment team does not answer, the order's workflow reads the verification before it requests the payment.
        var verification = body.IdentityVerificationId is not { } id
            ? null
            : await facts.VerificationAsync(id, context.RequestAborted);
        return await updates.SendAsync(
            context, orderId, new OrderChange("pay", (_, seen) => new PayCommand(body.Method!, body.IdentityVerificationId, verification, seen)), Accepted);
    }

    private static Task<IResult> CancelAsync(string orderId, HttpContext context, OrderUpdates updates) =>
        updates.SendAsync(context, orderId, new OrderChange("cancel-payment", (_, seen) => new CancelPaymentCommand(seen)), Accepted);

    private static IResult Accepted(OrderView order, string id) => TypedResults.Accepted("/v1/orders/" + order.OrderId, order);
}
