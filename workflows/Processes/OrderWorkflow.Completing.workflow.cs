using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Settlement;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows;

/// <summary>구매 확정 (seed §5.8): by the customer's hand, or by itself seven days after delivery; then points accrue and the purchase is recorded.</summary>
public sealed partial class OrderWorkflow
{
    private async Task<Refusal?> ConfirmOnWishAsync()
    {
        if (Admission.Confirm(state) is { } refusal)
        {
            return refusal;
        }

        await CompleteAsync("customer");
        return null;
    }

    private async Task CompleteAsync(string by)
    {
        state = state.Completed(Workflow.UtcNow);
        ShowStatus();
        var quote = state.Quote!;
        Publish(EventTypes.OrderCompleted, new
        {
            state.OrderId,
            state.Request.MemberId,
            by,
            completedAt = state.CompletedAt,
            lines = quote.Lines.Select(line => new
            {
                line.ProductId,
                line.SellerId,
                line.CategoryId,
                line.Quantity,
                line.Amount,
                couponShare = line.CouponShare,
                tierShare = line.TierShare,
                line.Paid,
            }),
            quote.Amounts,
            couponSellerShare = state.CouponSellerShare,
        });
        Settle(SettlementEntries.OfCompletion(state, Workflow.UtcNow));
        await RewardAsync();
    }

    /// <summary>구매 확정 기준 정산, 환불 건 정산 차감 (seed §5.7): what a completion, or a refund after it, means for the sellers goes with the next record.</summary>
    private void Settle(IReadOnlyList<SettlementEntry> entries)
    {
        state = state with { Settled = state.Settled.AddRange(entries) };
        foreach (var entry in entries)
        {
            journal.Add(entry);
        }
    }

    /// <summary>구매 확정 시 1% 적립, 생일 월 2배; the purchase counts for the member's tier. A guest gets neither.</summary>
    private async Task RewardAsync()
    {
        if (state.Request.MemberId is not { } memberId)
        {
            await RecordAsync();
            return;
        }

        var points = Accrual.Of(state.CardKept, state.Birthday, Workflow.UtcNow, state.Policies);
        if (points > Won.Zero)
        {
            Publish(EventTypes.PointsAccrualRequested, new { state.OrderId, memberId, points, reason = "order-completed" });
        }

        var record = TakeRecord();
        var purchase = new RecordPurchase(
            record, state.OrderId, memberId, points, Key("accrue-points"), state.ProductsKept, state.LinesKept, Key("record-purchase"));
        var accrued = Won.Zero;
        var isDone = await StepAsync(OrderStep.RecordPurchase, record, async options =>
        {
            try
            {
                await Workflow.ExecuteActivityAsync((IMemberSteps team) => team.RecordPurchaseAsync(purchase), options);
            }
            catch (ActivityFailureException failure) when (StepProgress.In<PurchaseProgress>(failure) is { Accrued: true })
            {
                // The step may be left out from here on; a refund still claws back what it accrued.
                accrued = points;
                throw;
            }
        });
        state = state with { Accrued = isDone ? points : accrued };
    }
}
