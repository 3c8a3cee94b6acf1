using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Completing;

/// <summary>배송 완료 7일 후 자동 구매 확정, unless the customer confirms earlier. The process does not run while a return is open.</summary>
public sealed class AutoConfirmProcess(OrderRun run) : OrderProcess(run, ProcessNames.Rewarding, "confirmation")
{
    public override bool IsNeeded => IsNeededFor(Order);

    public static bool IsNeededFor(Order order) => order is { AutoConfirmAt: not null, IsClosed: false, HasOpenReturn: false, IsDelivered: true };

    protected override async Task ExecuteAsync()
    {
        while (Order.AutoConfirmAt is { } at)
        {
            if (!await WaitAsync(() => Order.AutoConfirmAt != at, at, "until the purchase confirms itself"))
            {
                Record(CompletingRules.Completed("auto", Now));
            }
        }
    }
}

/// <summary>구매 확정 시 1% 적립, 생일 월 2배; the purchase counts for the member's tier (hotspot 25). No other process depends on it; an operator may skip it.</summary>
public sealed class RewardingProcess(OrderRun run) : OrderProcess(run, ProcessNames.Rewarding, ProcessNames.Rewarding)
{
    private static readonly ActivityStep RecordPurchase = new(
        "record-purchase", "accrue points and record the purchase at the member team", Skippable: true, CallTime: 20);

    private Won points;
    private decimal rate;

    public override bool IsNeeded => Order.Reward.Status == RewardStatus.Due;

    protected override async Task ExecuteAsync()
    {
        rate = CompletingRules.AccrualRate(Order, Order.Claim is null ? Order.CompletedAt!.Value : Now);
        points = CompletingRules.Points(Order, rate);
        var purchase = new RecordPurchase(
            null, OrderId, Order.Request.MemberId!, Order.Reward.Accrued ? Won.Zero : points, KeyOf("accrue-points", 1), Order.PaidForRetained, Order.LinesRetained, KeyOf("record-purchase", 1));
        var result = await TryCallAsync(RecordPurchase, (record, options) =>
        {
            var request = purchase with { Record = record };
            return Workflow.ExecuteActivityAsync((ICompletingActivities members) => members.RecordPurchaseAsync(request), options);
        });
        if (result.Resolved is { } chosen)
        {
            Record(new RewardSkipped(Now), Acted(chosen));
            return;
        }

        var answer = result.Answer!;
        Record([.. Accrued(), new PurchaseRecorded(Now, purchase.Amount, answer.MonthAmount, answer.TotalAmount, answer.Tier, answer.PreviousTier)]);
    }

    /// <summary>Records points accrued before the failure: an operator may skip the step, and a later refund still has to claw them back.</summary>
    protected override void OnFailure(ActivityStep step, ActivityFailureException failure)
    {
        if (ProgressIn(failure) is { Accrued: true })
        {
            Record(Accrued());
        }
    }

    private IReadOnlyList<DomainEvent> Accrued() => Order.Reward.Accrued ? [] : [new PointsAccrued(Now, points, rate)];

    /// <summary>The progress of a failed step: of a timeout from its last heartbeat, of any other failure from its details.</summary>
    private static PurchaseProgress? ProgressIn(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case ApplicationFailureException { Details.Count: > 0 } refused:
                    return refused.Details.ElementAt<PurchaseProgress>(0);
                case TimeoutFailureException { LastHeartbeatDetails.Count: > 0 } timedOut:
                    return timedOut.LastHeartbeatDetails.ElementAt<PurchaseProgress>(0);
            }
        }

        return null;
    }
}
