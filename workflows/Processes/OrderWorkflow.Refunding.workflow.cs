using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.State;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows;

/// <summary>환불 at the payment team: money that goes back to the card goes once, whatever is repeated and however late its outcome is told.</summary>
public sealed partial class OrderWorkflow
{
    /// <summary>How long the event of a refund that is on its way is waited for before the payment team is asked.</summary>
    private static readonly TimeSpan RefundEventPatience = TimeSpan.FromMinutes(10);

    private string RefundIdOf(PaymentAttempt attempt) => $"{state.OrderId}-p{OrderTimeline.Sequence(attempt.Number)}";

    /// <summary>Refunds part or all of an attempt and waits until the money is back.</summary>
    private async Task RefundAttemptAsync(PaymentAttempt attempt, string refundId, Won amount, string reason, IReadOnlyList<LineQuantity>? items = null)
    {
        while (true)
        {
            var record = TakeRecordIfShown();
            var refund = new RefundPayment(
                record, state.OrderId, attempt.PaymentId!, refundId, amount, attempt.Refunded, reason, items, $"{state.OrderId}/refund/{refundId}");
            var answer = await StepAsync(OrderStep.RefundPayment, record, options =>
                Workflow.ExecuteActivityAsync((IPaymentSteps team) => team.RefundPaymentAsync(refund), options));
            if (answer.Completed || await IsToldAsync(refundId))
            {
                state = state.PaymentRefunded(attempt.Number, amount);
                return;
            }
        }
    }

    /// <summary>Money that came for an attempt we had given up goes back at once and whole (hotspot 4).</summary>
    private async Task RefundLateMoneyAsync(int number, string reason)
    {
        var attempt = state.Attempt(number);
        var refundId = RefundIdOf(attempt);
        Publish(EventTypes.RefundRequested, new { state.OrderId, refundId, attempt.Amount, points = Won.Zero, reason, returnRequired = false }, refundId);
        await RefundAttemptAsync(attempt, refundId, attempt.Amount, reason);
        Publish(EventTypes.RefundCompleted, new { state.OrderId, refundId, attempt.Amount, points = Won.Zero }, refundId);
        Notify(Templates.RefundCompleted, new { state.OrderId, refundId, attempt.Amount }, refundId);
    }

    /// <summary>An attempt that was given up may still be approved at the provider: a closed order listens for a while, so that no money is kept.</summary>
    private async Task ListenForLateMoneyAsync()
    {
        var until = Workflow.UtcNow + state.Policies.LatePaymentWatch;
        while (state.MayBePaidLate && Workflow.UtcNow < until)
        {
            await Workflow.WaitConditionWithOptionsAsync(new WaitConditionOptions(
                () => inbox.Count > 0, until - Workflow.UtcNow, "listening for money of a payment attempt that was given up", CancellationToken.None));
            await AnswerWhatIsLeftAsync();
        }
    }

    /// <summary>The refund is on its way: its event tells, or after a while we ask again.</summary>
    private async Task<bool> IsToldAsync(string refundId)
    {
        var told = await Workflow.WaitConditionWithOptionsAsync(new WaitConditionOptions(
            () => inbox.Any(IsOutcome), RefundEventPatience, "until the payment team is asked about the refund", CancellationToken.None));
        if (told)
        {
            var outcome = (PartnerEvent)inbox.First(IsOutcome);
            var others = inbox.Where(message => message != (object)outcome).ToList();
            inbox.Clear();
            others.ForEach(inbox.Enqueue);
            if (heard.Add((outcome.Source, outcome.Id)))
            {
                await Note(outcome);
            }
        }

        return told;

        bool IsOutcome(object message) =>
            message is PartnerEvent { Type: EventTypes.PartnerRefundCompleted or EventTypes.PartnerPartialRefundCompleted } published
            && new EventData(published.Data).Text("refundId") == refundId;
    }
}
