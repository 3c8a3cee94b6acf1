using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Steps;

/// <summary>Opens, closes and refunds payment attempts at the payment team (seed §5.2, §5.5).</summary>
public sealed class PaymentActivities(PaymentClient payments, OrderJournal journal) : IPaymentSteps
{
    [Activity]
    public Task<PaymentOpened> RequestPaymentAsync(RequestPayment step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await journal.WriteIntentAsync(step.Record, cancellation);
        return new PaymentOpened(await payments.RequestAsync(step, cancellation));
    });

    [Activity]
    public Task<PaymentClosing> ClosePaymentAsync(ClosePayment step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await journal.WriteIntentAsync(step.Record, cancellation);

        // An attempt whose answer never came may or may not exist: asked again under its own key, it is known and can be closed.
        var paymentId = step.PaymentId ?? await payments.RequestAsync(step.Request, cancellation);
        var state = await payments.GetAsync(paymentId, cancellation);
        if (state.Status != PaymentStatus.Pending)
        {
            return new PaymentClosing(paymentId, state.Status, ApprovedLate: false, state.ApprovalNumber, state.DeclineCode);
        }

        var answer = await payments.CancelAsync(paymentId, step.Reason, step.Key, cancellation);
        var after = answer is PaymentStatus.Cancelled ? state : await payments.GetAsync(paymentId, cancellation);
        return new PaymentClosing(paymentId, answer, answer == PaymentStatus.Approved, after.ApprovalNumber, after.DeclineCode);
    });

    [Activity]
    public Task<RefundAnswer> RefundPaymentAsync(RefundPayment step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await journal.WriteIntentAsync(step.Record, cancellation);

        // A provider forgets idempotency keys after some days, an order does not: what was refunded already is asked first.
        var state = await payments.GetAsync(step.PaymentId, cancellation);
        var completed = state.RefundedAmount >= step.RefundedBefore + step.Amount
            || await payments.RefundAsync(step.PaymentId, step.RefundId, step.Amount, step.Reason, step.Items, step.Key, cancellation);
        if (completed)
        {
            var remainingAmount = state.Amount - step.RefundedBefore - step.Amount;
            var type = remainingAmount.Amount > 0 ? EventTypes.PartnerPartialRefundCompleted : EventTypes.PartnerRefundCompleted;
            await journal.WriteAnswersAsync(
                step.Record,
                [new(type, step.RefundId, new { step.OrderId, step.PaymentId, step.RefundId, step.Amount, remainingAmount })],
                cancellation);
        }

        return new RefundAnswer(completed);
    });

    [Activity]
    public Task<IdentityVerificationFact> ReadIdentityVerificationAsync(string verificationId) =>
        StepFailures.RunAsync(() => payments.GetIdentityVerificationAsync(verificationId, ActivityExecutionContext.Current.CancellationToken));
}
