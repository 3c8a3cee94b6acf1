using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.State;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows;

/// <summary>
/// What a return gives back: first the points that its purchase had brought are taken back (hotspot 24), then card and points return in the reverse
/// of the order they were taken in (hotspot 6). One refund at a time; while its money is on its way the order goes on listening.
/// </summary>
public sealed partial class OrderWorkflow
{
    private async Task PayRefundsAsync()
    {
        while (state is { RefundOnItsWay: null, NextToRefund: { } next })
        {
            await ClawBackAsync(next);
            await AskForMoneyAsync(next.RefundId);
        }
    }

    /// <summary>Before an order ends, what is promised is paid.</summary>
    private async Task FinishRefundsAsync()
    {
        await PayRefundsAsync();
        while (state.RefundOnItsWay is { } refund)
        {
            if (await IsToldAsync(refund.RefundId, PatienceAfter(refund.Asked!.Times)))
            {
                await MoneyIsBackAsync(refund.RefundId);
            }
            else
            {
                await AskForMoneyAsync(refund.RefundId);
            }

            await PayRefundsAsync();
        }
    }

    /// <summary>환불 시 적립 포인트 회수: what the member team cannot take any more is taken off the refund.</summary>
    private async Task ClawBackAsync(Refund refund)
    {
        var deserved = Accrual.Of(Won.Max(Won.Zero, state.CardKept - refund.Card), state.Member?.Birthday, state.CompletedAt ?? Workflow.UtcNow, state.Policies);
        var due = state.Accrued - deserved;
        if (state.CompletedAt is null || due <= Won.Zero)
        {
            return;
        }

        var record = TakeRecord();
        var clawBack = new ClawBackPoints(record, state.OrderId, state.Request.MemberId!, due, $"{state.OrderId}/claw-back/{refund.RefundId}");
        var taken = await StepAsync(OrderStep.ClawBackPoints, record, options =>
            Workflow.ExecuteActivityAsync((IMemberSteps team) => team.ClawBackPointsAsync(clawBack), options));
        var withheld = Won.Min(due - taken, refund.Size);
        var offCard = Won.Min(withheld, refund.Card);
        state = state.With(refund with { Card = refund.Card - offCard, Points = refund.Points - (withheld - offCard), Withheld = withheld }) with { Accrued = deserved };
    }

    private async Task AskForMoneyAsync(string refundId)
    {
        var refund = state.FindRefund(refundId)!;
        if (refund.Card == Won.Zero || state.ApprovedAttempt is not { } attempt)
        {
            await GoodsAreSettledAsync(refundId);
            return;
        }

        var before = refund.Asked?.RefundedBefore ?? attempt.Refunded;
        var times = (refund.Asked?.Times ?? 0) + 1;
        state = state.With(refund with { Asked = new RefundAsked(before, times, Workflow.UtcNow + PatienceAfter(times)) });
        if (await AskForRefundAsync(attempt, refundId, refund.Card, before, refund.Reason, refund.Units))
        {
            await MoneyIsBackAsync(refundId);
        }
    }

    private async Task MoneyIsBackAsync(string refundId)
    {
        state = state.PaymentRefunded(state.ApprovedAttempt!.Number, state.FindRefund(refundId)!.Card);
        await GoodsAreSettledAsync(refundId);
    }

    /// <summary>환불이 완료되었다.</summary>
    private async Task GoodsAreSettledAsync(string refundId)
    {
        var refund = state.FindRefund(refundId)!;
        if (refund.Points > Won.Zero)
        {
            await RestorePointsAsync(refund.Points, $"{state.OrderId}/restore-points/{refundId}", refundId, refund.Reason);
        }

        state = state.RefundCompleted(refundId);
        var amount = refund.Card;
        if (refund.IsWhole)
        {
            Publish(EventTypes.RefundCompleted, new { state.OrderId, refundId, amount, refund.Points, lines = refund.Units }, refundId);
        }
        else
        {
            var remaining = state.CardKept + state.PointsKept;
            Publish(
                EventTypes.PartialRefundCompleted,
                new { state.OrderId, refundId, amount, refund.Points, remaining, state.Status, lines = refund.Units },
                refundId);
        }

        Notify(Templates.RefundCompleted, new { state.OrderId, refundId, amount, refund.Points }, refundId);
        ShowStatus();
    }

    /// <summary>The payment team tells that a refund is done.</summary>
    private async Task HearRefundAsync(PartnerEvent published)
    {
        if (state.RefundOnItsWay is not { } refund || refund.RefundId != RefundToldBy(published))
        {
            // An answer to our own question came first.
            Ignore(published, "the refund is already known to be done, or was never asked for");
            return;
        }

        await Note(published);
        await MoneyIsBackAsync(refund.RefundId);
        await PayRefundsAsync();
    }

    /// <summary>Nobody told for a while: the payment team is asked how the refund stands.</summary>
    private async Task CheckRefundAsync()
    {
        await AskForMoneyAsync(state.RefundOnItsWay!.RefundId);
        await PayRefundsAsync();
    }
}
