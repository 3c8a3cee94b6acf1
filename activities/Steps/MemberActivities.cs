using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Steps;

/// <summary>Moves points and records purchases at the member team (seed §5.6, §5.8).</summary>
public sealed class MemberActivities(MemberClient members, OrderJournal journal) : IMemberSteps
{
    [Activity]
    public Task<UseAnswer> UsePointsAsync(UsePoints step) =>
        StepFailures.RunAsync(() => members.UsePointsAsync(step, ActivityExecutionContext.Current.CancellationToken));

    [Activity]
    public Task RestorePointsAsync(RestorePoints step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await journal.WriteIntentAsync(step.Record, cancellation);
        var use = step.Use;
        if (!step.Certain && await members.UsePointsAsync(use, cancellation) is { Used: false })
        {
            return;
        }

        await members.RestorePointsAsync(use.MemberId, use.OrderId, step.Points, step.Key, cancellation);
        await journal.WriteAnswersAsync(
            step.Record, [new(EventTypes.PointsRestored, step.Sequence, new { use.OrderId, use.MemberId, step.Points, step.Reason })], cancellation);
    });

    [Activity]
    public async Task RecordPurchaseAsync(RecordPurchase step)
    {
        var context = ActivityExecutionContext.Current;
        var progress = context.Info.HeartbeatDetails.Count > 0
            ? await context.Info.HeartbeatDetailAtAsync<PurchaseProgress>(0)
            : new PurchaseProgress(Accrued: false);
        await StepFailures.RunAsync(
            async () =>
            {
                await journal.WriteIntentAsync(step.Record, context.CancellationToken);
                if (step.Points > Won.Zero)
                {
                    await AccruePointsAsync(step, context.CancellationToken);
                    progress = new PurchaseProgress(Accrued: true);
                    context.Heartbeat(progress);
                }

                var purchase = await members.RecordPurchaseAsync(
                    step.MemberId, step.OrderId, step.Amount, step.Items, step.PurchaseKey, context.CancellationToken);
                await RecordPurchaseAnswerAsync(step, purchase, context.CancellationToken);
            },
            () => progress);
    }

    [Activity]
    public Task<Won> ClawBackPointsAsync(ClawBackPoints step) => StepFailures.RunAsync(async () =>
    {
        var cancellation = ActivityExecutionContext.Current.CancellationToken;
        await journal.WriteIntentAsync(step.Record, cancellation);
        return (await members.ClawBackPointsAsync(step.MemberId, step.OrderId, step.Points, step.Key, cancellation)).Points;
    });

    private async Task AccruePointsAsync(RecordPurchase step, CancellationToken cancellation)
    {
        var accrued = await members.AccruePointsAsync(step.MemberId, step.OrderId, step.Points, step.AccrualKey, cancellation);
        await journal.WriteAnswersAsync(
            step.Record,
            [new(EventTypes.PointsAccrued, "1", new { step.OrderId, step.MemberId, step.Points, accrued.Balance })],
            cancellation,
            [OrderTimeline.Notification(step.OrderId, step.MemberId, Templates.PointsAccrued, "1", new { step.OrderId, step.Points })]);
    }

    /// <summary>월 50만원 이상 구매 시 VIP 승급 is the member team's decision; we publish what it answers (hotspot 25).</summary>
    private Task RecordPurchaseAnswerAsync(RecordPurchase step, PurchaseReply purchase, CancellationToken cancellation)
    {
        List<StepAnswer> answers =
        [
            new(EventTypes.PurchaseRecorded, "1", new { step.OrderId, step.MemberId, step.Amount }),
            new(EventTypes.CumulativeAmountUpdated, "1", new { step.MemberId, purchase.MonthAmount, purchase.TotalAmount }),
        ];
        List<OrderNotification> notifications = [];
        if (purchase.PreviousTier is { } previous && !string.Equals(previous, purchase.Tier, StringComparison.Ordinal))
        {
            answers.Add(new(EventTypes.TierChanged, "1", new { step.MemberId, purchase.PreviousTier, purchase.Tier }));
            notifications.Add(OrderTimeline.Notification(
                step.OrderId, step.MemberId, Templates.TierChanged, "1", new { step.OrderId, purchase.PreviousTier, purchase.Tier }));
        }

        return journal.WriteAnswersAsync(step.Record, answers, cancellation, notifications);
    }
}
