using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Steps;

/// <summary>Redeems and restores coupons at the promotion team (seed §5.6).</summary>
public sealed class PromotionActivities(PromotionClient promotion, OrderJournal journal) : IPromotionSteps
{
    [Activity]
    public Task<UseAnswer> RedeemCouponAsync(RedeemCoupon step) =>
        StepFailures.RunAsync(() => promotion.RedeemAsync(step, ActivityExecutionContext.Current.CancellationToken));

    [Activity]
    public Task RestoreCouponAsync(RestoreCoupon step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await journal.WriteIntentAsync(step.Record, cancellation);
        var redemption = step.Redemption;
        if (!step.Certain && await promotion.RedeemAsync(redemption, cancellation) is { Used: false })
        {
            return;
        }

        await promotion.RestoreAsync(redemption, step.Key, cancellation);
        await journal.WriteAnswersAsync(
            step.Record, [new(EventTypes.CouponRestored, "1", new { redemption.OrderId, couponCode = redemption.Code, step.Reason })], cancellation);
    });
}
