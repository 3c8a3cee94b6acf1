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
    /// <summary>How long the event of a refund that is on its way is waited for before the payment team is asked; twice as long each further time.</summary>
    private static readonly TimeSpan RefundEventPatience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestRefundEventPatience = TimeSpan.FromHours(12);

    private string RefundIdOf(PaymentAttempt attempt) => $"{state.OrderId}-p{OrderTimeline.Sequence(attempt.Number)}";

    private static TimeSpan PatienceAfter(int times)
    {
        var patience = RefundEventPatience;
        for (var i = 1; i < times && patience < LongestRefundEventPatience; i++)
        {
            patience *= 2;
        }

        return patience < LongestRefundEventPatience ? patience : LongestRefundEventPatience;
    }

    /// <summary>Asks for a refund, or how it stands: <c>false</c>, it is on its way.</summary>
    private async Task<bool> AskForRefundAsync(
        PaymentAttempt attempt, string refundId, Won amount, Won refundedBefore, string reason, IReadOnlyList<LineQuantity>? items)
    {
        var record = TakeRecordIfShown();
        var refund = new RefundPayment(
            record, state.OrderId, attempt.PaymentId!, refundId, amount, refundedBefore, reason, items, $"{state.OrderId}/refund/{refundId}");
        var answer = await StepAsync(OrderStep.RefundPayment, record, options =>
            Workflow.ExecuteActivityAsync((IPaymentSteps team) => team.RefundPaymentAsync(refund), options));
        return answer.Completed;
    }

    /// <summary>Refunds part or all of an attempt and waits until the money is back: the order has nothing else to do.</summary>
    private async Task RefundAttemptAsync(PaymentAttempt attempt, string refundId, Won amount, string reason)
    {
        for (var times = 1; !await AskForRefundAsync(attempt, refundId, amount, attempt.Refunded, reason, items: null); times++)
        {
            if (await IsToldAsync(refundId, PatienceAfter(times)))
            {
                break;
            }
        }

        state = state.PaymentRefunded(attempt.Number, amount);
    }

    /// <summary>Money that came for an attempt we had given up goes back at once and whole (hotspot 4).</summary>
    private async Task RefundLateMoneyAsync(int number, string reason)
    {
        var attempt = state.Attempt(number);
        var refundId = RefundIdOf(attempt);
        LineQuantity[] lines = [];
        Publish(
            EventTypes.RefundRequested, new { state.OrderId, refundId, attempt.Amount, points = Won.Zero, reason, returnRequired = false, lines }, refundId);
        await RefundAttemptAsync(attempt, refundId, attempt.Amount, reason);
        Publish(EventTypes.RefundCompleted, new { state.OrderId, refundId, attempt.Amount, points = Won.Zero, lines }, refundId);
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
    private async Task<bool> IsToldAsync(string refundId, TimeSpan patience)
    {
        var told = await Workflow.WaitConditionWithOptionsAsync(new WaitConditionOptions(
            () => inbox.Any(IsOutcome), patience, "until the payment team is asked about the refund", CancellationToken.None));
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

        bool IsOutcome(object message) => message is PartnerEvent published && RefundToldBy(published) == refundId;
    }

    private static string? RefundToldBy(PartnerEvent published) =>
        published.Type is EventTypes.PartnerRefundCompleted or EventTypes.PartnerPartialRefundCompleted ? new EventData(published.Data).Text("refundId") : null;
}
