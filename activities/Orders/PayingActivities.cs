using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Paying;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Orders;

/// <summary>Opens and closes payment attempts at the payment team (seed §5.2).</summary>
public sealed class PayingActivities(PaymentClient payments, OrderRecords records) : IPayingActivities
{
    private static CancellationToken Cancellation => ActivityExecutionContext.Current.CancellationToken;

    [Activity]
    public Task<PaymentReference> RequestPaymentAsync(RequestPayment request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);
        return new PaymentReference(await payments.RequestAsync(request, Cancellation));
    });

    [Activity]
    public Task<PaymentClosing> ClosePaymentAsync(ClosePayment request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);

        // An attempt with an unknown outcome may or may not exist: requested again under its own key, it has an id and can be closed.
        var paymentId = request.PaymentId ?? await payments.RequestAsync(request.Request, Cancellation);
        var state = await payments.GetAsync(paymentId, Cancellation);
        if (state.Status != PaymentStatus.Pending)
        {
            return new PaymentClosing(paymentId, state.Status, ApprovedLate: false, state.ApprovalNumber, state.DeclineCode, state.Amount);
        }

        var answer = await payments.CancelAsync(paymentId, request.Reason, request.Key, Cancellation);
        var after = answer is PaymentStatus.Cancelled ? state : await payments.GetAsync(paymentId, Cancellation);
        return new PaymentClosing(paymentId, answer, answer == PaymentStatus.Approved, after.ApprovalNumber, after.DeclineCode, after.Amount);
    });

    [Activity]
    public Task<PaymentState> ReadPaymentAsync(ReadPayment request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);
        return await payments.GetAsync(request.PaymentId, Cancellation);
    });

    [Activity]
    public Task<IdentityVerificationFact> ReadIdentityVerificationAsync(string verificationId) =>
        PartnerCalls.RunAsync(() => payments.GetIdentityVerificationAsync(verificationId, Cancellation));
}
