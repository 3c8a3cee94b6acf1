using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Shipping;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Refunding;

/// <summary>
/// 환불 (seed §5.5): executes one approved refund. Returned goods are put back in stock; accrued points are clawed back (hotspot 24); then card and
/// points are refunded, in the reverse of the order they were charged in (hotspot 6). The ledger fixes the amount when the money is requested.
/// </summary>
public sealed class RefundProcess(OrderRun run, string refundId, string name) : OrderProcess(run, name, "refund/" + refundId)
{
    private static readonly ActivityStep RestoreGoods = new("restore-goods", "put goods that came back on the product team's shelves");
    private static readonly ActivityStep ClawBack = new(
        "claw-back-points", "take accrued points back at the member team", WriteOffMeans: "the accrued points stay with the member");

    private static readonly ActivityStep RefundPayment = new("refund-payment", "refund at the payment team", CallTime: 20);
    private static readonly ActivityStep AwaitRefund = new("await-refund", "wait for the payment team to finish the refund");
    private static readonly ActivityStep RestorePoints = new(
        "restore-points", "restore the points at the member team", CallTime: 20, WriteOffMeans: "the points are not given back and stand in the ledger as written off");

    /// <summary>How long to wait for the event of a pending refund before the payment team is queried; doubled each further time.</summary>
    private static readonly TimeSpan FirstCheck = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(12);

    private Refund Refund => Order.FindRefund(refundId)!;

    public override bool IsNeeded => Order.FindRefund(refundId) is { } refund && IsNeededFor(refund);

    public static bool IsNeededFor(Refund refund) => refund is { Status: RefundStatus.Processing, AwaitingStop: false };

    protected override async Task ExecuteAsync()
    {
        await RestockAsync();
        if (Refund.Money == MoneyStage.None)
        {
            await ClawBackAsync();
            RequestMoney();
        }

        await RefundMoneyAsync();
        await RestorePointsAsync();
        Record(new RefundCompleted(Now, refundId));
    }

    private async Task RestockAsync()
    {
        if (Refund.Restocked)
        {
            return;
        }

        // Restored only once the stock is committed; without a reservation id there is nothing to wait for.
        var units = Order.Stocked(Refund.Units);
        if (units.Count > 0)
        {
            await WaitAsync(() => Order.Stock.Status == StockStatus.Committed || Order.Stock.ReservationId is null);
            await CallAsync(RestoreGoods, async (record, options) =>
            {
                var request = new RestoreGoods(record, OrderId, units, Refund.Reason, KeyOf("restore-goods", refundId));
                await Workflow.ExecuteActivityAsync((IShippingActivities product) => product.RestoreGoodsAsync(request), options);
                return true;
            });
        }

        Record(new ReturnRestocked(Now, refundId, units));
    }

    /// <summary>환불 시 적립 포인트 회수, at the rate they were accrued at; what the member team can no longer claw back is deducted from the refund.</summary>
    private async Task ClawBackAsync()
    {
        if (!Order.IsCompleted || Refund.ClawBack == ClawBackStage.Done || !Refund.TakesUnits())
        {
            return;
        }

        // An accrual in progress must have its outcome first; the rest of the reward does not have to be complete.
        await WaitAsync(() => Order.Reward is { Accrued: true } or { Status: not RewardStatus.Due });
        if (Refund.ClawBack == ClawBackStage.None)
        {
            var due = RefundExecution.ClawBackDue(Order, Refund);
            if (due <= Won.Zero)
            {
                return;
            }

            Record(new ClawBackRequested(Now, refundId, due));
        }

        var result = await TryCallAsync(ClawBack, (record, options) => Workflow.ExecuteActivityAsync(
            (IRefundingActivities members) => members.ClawBackPointsAsync(
                new ClawBackPoints(record, OrderId, Order.Request.MemberId!, Refund.ClawBackDue, KeyOf("claw-back", refundId))),
            options));
        Record(result.Resolved is { } chosen
            ? [new PointsWrittenOff(Now, "claw-back/" + refundId, refundId, Refund.ClawBackDue, chosen.ResolvedBy!, chosen.Note), Acted(chosen)]
            : [new PointsClawedBack(Now, refundId, Won.Min(result.Answer!.Points, Refund.ClawBackDue))]);
    }

    private void RequestMoney()
    {
        var (amount, shares) = RefundExecution.Final(Order, Refund);
        Record(new RefundMoneyRequested(Now, refundId, amount, shares, Refund.Attempt ?? Order.ApprovedAttempt?.Number));
    }

    private async Task RefundMoneyAsync()
    {
        var requestedSince = Now;
        for (var pause = FirstCheck; Refund.Money != MoneyStage.Returned; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var answer = await ReadRefundAsync();
            if (answer is null || Refund.Money == MoneyStage.Returned)
            {
                continue;
            }

            Record(RefundExecution.Answered(Order, Refund, answer, Now));
            if (Refund.Money == MoneyStage.Returned)
            {
                break;
            }

            var failed = answer.Status == PaymentRefundStatus.Failed;
            var timeoutAt = requestedSince + Order.Policies.RefundPatience;
            var next = Now + pause < timeoutAt ? Now + pause : timeoutAt;
            if (!failed && await WaitAsync(() => Refund.Money == MoneyStage.Returned, next, "until the payment team is asked about the refund"))
            {
                break;
            }

            if (failed || Now >= timeoutAt)
            {
                await RequestManualRefundDecisionAsync(failed);
                requestedSince = Now;
                pause = FirstCheck / 2;
            }
        }

        Settle(AwaitRefund);
    }

    /// <summary>The first request for a cancelled order's refund is one short try, so that it does not block the compensations after it.</summary>
    private async Task<RefundAnswer?> ReadRefundAsync()
    {
        if (Refund.Kind == RefundKind.Cancellation && !Run.Unanswered.Contains(Key))
        {
            var answer = await TryOnceAsync(RefundPayment, TimeSpan.FromSeconds(RefundPayment.CallTime), Call);
            if (answer is null)
            {
                Run.Unanswered.Add(Key);
            }

            return answer;
        }

        return await CallAsync(RefundPayment, Call);

        Task<RefundAnswer> Call(Recording.OrderRecord? record, ActivityOptions options)
        {
            var attempt = Order.Payments[Refund.Attempt!.Value - 1];
            var request = new RefundPayment(
                record,
                OrderId,
                attempt.PaymentId!,
                refundId,
                Refund.Amount.Card,
                Refund.Reason,
                Refund.TakesUnits() ? Refund.Units : null,
                KeyOf("refund", refundId));
            return Workflow.ExecuteActivityAsync((IRefundingActivities payments) => payments.RefundPaymentAsync(request), options);
        }
    }

    private async Task RequestManualRefundDecisionAsync(bool failed)
    {
        var error = failed
            ? "the payment team could not refund"
            : $"the payment team has not finished the refund for {Order.Policies.RefundPatience.TotalDays} days";
        var endMeans = $"the refund of {Refund.Amount.Card} counts as paid by hand; the note says how";
        if (await RequestInterventionWhileAsync(AwaitRefund, error, () => Refund.Money != MoneyStage.Returned, endMeans) is { } chosen)
        {
            Record(chosen.Resolution == RecoveryActions.End
                ? [new RefundMoneyReturned(Now, refundId, Refund.Amount.Card, null, ByHand: true), Acted(chosen)]
                : [Acted(chosen)]);
        }
    }

    private async Task RestorePointsAsync()
    {
        if (Refund.PointsRestored || Refund.Kind == RefundKind.Cancellation)
        {
            return;
        }

        var result = await TryCallAsync(RestorePoints, (record, options) => Workflow.ExecuteActivityAsync(
            (IRefundingActivities members) => members.RestorePointsAsync(
                new RestorePoints(record, PlacingRules.PointUse(Order), Certain: true, Refund.Amount.Points, KeyOf("restore-points", refundId))),
            options));
        Record(result.Resolved is { } chosen
            ? [new PointsWrittenOff(Now, refundId, refundId, Refund.Amount.Points, chosen.ResolvedBy!, chosen.Note), Acted(chosen)]
            : [new PointsRestored(Now, refundId, Refund.Amount.Points)]);
    }
}

/// <summary>환불 기한 (전자상거래법 §18(2)): past the statutory deadline an event is published and the operators are notified, once.</summary>
public sealed class RefundDueProcess(OrderRun run, string refundId) : OrderProcess(run, ProcessNames.Return, "refund-due/" + refundId)
{
    public override bool IsNeeded => Order.FindRefund(refundId) is { } refund && IsNeededFor(refund);

    public static bool IsNeededFor(Refund refund) => refund is { DueAt: not null, Overdue: false } && refund.IsOpen();

    protected override async Task ExecuteAsync()
    {
        await WaitAsync(() => false, Order.FindRefund(refundId)!.DueAt!.Value.AddSeconds(1), "until the refund is overdue");
        Record(new RefundOverdue(Now, refundId));
    }
}
