using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Refunding;
using OrderOrchestration.Workflows.Shipping;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Cancelling;

/// <summary>
/// 주문 취소 (seed §5.5): logistics stops the parcels, the cancellation is decided, and the charge, reservation and redemptions at other teams are
/// compensated one after the other in reverse order (hotspot 6): card, stock, points, coupon. The card counts as compensated once the payment team has
/// accepted the refund. The compensation of a team that does not answer at the first try continues in parallel with the rest.
/// </summary>
public sealed class CancellingProcess(OrderRun run) : OrderProcess(run, ProcessNames.Cancelling, ProcessNames.Cancelling)
{
    private static readonly ActivityStep StopShipments = new("stop-shipments", "ask the logistics team to stop the parcels", CallTime: 60);
    private static readonly ActivityStep ClosePayment = new("close-payment", "ask the payment team how the attempt ended, cancel it if it is pending", CallTime: 20);
    private static readonly ActivityStep RestoreStock = new("restore-stock", "give the stock back at the product team", CallTime: 20);
    private static readonly ActivityStep RestorePoints = new(
        "restore-points", "restore the points at the member team", CallTime: 20, WriteOffMeans: "the points are not given back and stand in the ledger as written off");

    private static readonly ActivityStep RestoreCoupon = new(
        "restore-coupon", "restore the coupon at the promotion team", CallTime: 20, WriteOffMeans: "the coupon is not given back and stands in the ledger as written off");

    private static readonly TimeSpan FirstTry = TimeSpan.FromSeconds(10);

    public override bool IsNeeded => IsNeededFor(Order);

    public static bool IsNeededFor(Order order) =>
        order.IsCancellationPending || (order.IsCancelled && (order.HasHoldings || order.OpenAttempt is not null || order.OwesCard));

    protected override async Task ExecuteAsync()
    {
        if (Order.IsCancellationPending && !await StopAsync())
        {
            return;
        }

        List<Task> parallel = [];
        await CompensateAsync(parallel, RefundCardAsync);
        await CompensateAsync(parallel, RestoreStockAsync);
        await CompensateAsync(parallel, RestorePointsAsync);
        await CompensateAsync(parallel, RestoreCouponAsync);
        await Workflow.WhenAllAsync(parallel);
    }

    /// <summary>출고 중 취소 (hotspot 16). <c>false</c>: logistics refused to stop the parcels, and the order continues as before the request.</summary>
    private async Task<bool> StopAsync()
    {
        var parcels = Order.TravellingShipments.ToList();
        Record(new StopRequested(Now));
        var answer = await CallForUpdateAsync(StopShipments, Call);
        Record(CancellingRules.Stopped(Order, answer, Now));
        return Order.IsCancelled;

        Task<ShipmentsStopped> Call(Recording.OrderRecord? record, ActivityOptions options) => Workflow.ExecuteActivityAsync(
            (IShippingActivities logistics) => logistics.StopShipmentsAsync(ShippingRules.Stop(Order, parcels, record)), options);
    }

    /// <summary>Runs one compensation. If its team does not answer at the first try, the compensation continues in parallel with the rest.</summary>
    private static async Task CompensateAsync(List<Task> parallel, Func<bool, Task<bool>> compensation)
    {
        if (!await compensation(true))
        {
            parallel.Add(compensation(false));
        }
    }

    private async Task<bool> RefundCardAsync(bool isFirstTry)
    {
        if (Order.OpenAttempt is { } open)
        {
            var closing = await ExecuteStepAsync(ClosePayment, isFirstTry, (record, options) => Workflow.ExecuteActivityAsync(
                (IPayingActivities team) => team.ClosePaymentAsync(PayingRules.Closing(Order, open, "order-cancelled", record)), options));
            if (closing is null)
            {
                return false;
            }

            if (Order.OpenAttempt is { } stillOpen)
            {
                Record(PayingRules.ClosedAfterCancellation(stillOpen, closing.Answer!, Now));
            }
        }

        if (!Order.OwesCard)
        {
            return true;
        }

        // RefundProcess executes the refund. This process continues once the payment team has accepted it, or has not answered at the first try.
        Record(CancellingRules.Refund(Order, Now));
        var refund = Order.Refunds.Find(known => known.Kind == RefundKind.Cancellation);
        if (refund is not null)
        {
            var key = "refund/" + refund.RefundId;
            await WaitForAsync(() => Order.FindRefund(refund.RefundId)!.Money is MoneyStage.Pending or MoneyStage.Returned || Run.Unanswered.Contains(key));
        }

        return true;
    }

    private async Task<bool> RestoreStockAsync(bool isFirstTry)
    {
        if (Order.Stock.Status is StockStatus.None or StockStatus.Released)
        {
            return true;
        }

        if (Order.Stock is { Status: StockStatus.Reserved, ReservationId: null })
        {
            // Nothing was reserved: an order of pre-orders only.
            Record(new StockGivenBack(Now, LedgerKind.Released, []));
            return true;
        }

        var answer = await ExecuteStepAsync(RestoreStock, isFirstTry, (record, options) => Workflow.ExecuteActivityAsync(
            (ICancellingActivities product) => product.RestoreStockAsync(CancellingRules.StockToRestore(Order, record)), options));
        if (answer is null)
        {
            return false;
        }

        Record(new StockGivenBack(Now, answer.Answer!.Kind, answer.Answer.Units));
        return true;
    }

    private async Task<bool> RestorePointsAsync(bool isFirstTry)
    {
        if (Order.Points is ResourceStatus.None or ResourceStatus.Released)
        {
            return true;
        }

        var certain = Order.Points == ResourceStatus.Held;
        var points = certain ? Order.PointsToGiveBack : Order.Request.Points;
        if (points == Won.Zero)
        {
            Record(new PointsRestored(Now, null, Won.Zero));
            return true;
        }

        var answer = await ExecuteStepAsync(RestorePoints, isFirstTry, (record, options) => Workflow.ExecuteActivityAsync(
            (IRefundingActivities members) => members.RestorePointsAsync(
                new RestorePoints(record, PlacingRules.PointUse(Order), certain, points, KeyOf("restore-points", 1))),
            options));
        if (answer is null)
        {
            return false;
        }

        Record(answer.Resolved is { } chosen
            ? [new PointsWrittenOff(Now, "order", null, points, chosen.ResolvedBy!, chosen.Note), Acted(chosen)]
            : Restored(answer.Answer!.Points, certain));
        return true;
    }

    /// <summary>Points whose use had an unknown outcome and turned out to be used are entered in the ledger together with their restoration.</summary>
    private static List<DomainEvent> Restored(Won points, bool certain) => certain || points == Won.Zero
        ? [new PointsRestored(Now, null, points)]
        : [new PointsUsed(Now, points), new PointsRestored(Now, null, points)];

    /// <summary>A coupon is restored when the order is cancelled before delivery, and not after it (사용된 쿠폰은 환불 시 복원 불가).</summary>
    private async Task<bool> RestoreCouponAsync(bool isFirstTry)
    {
        if (Order.Coupon is ResourceStatus.None or ResourceStatus.Released)
        {
            return true;
        }

        var certain = Order.Coupon == ResourceStatus.Held;
        var answer = await ExecuteStepAsync(RestoreCoupon, isFirstTry, (record, options) => Workflow.ExecuteActivityAsync(
            (ICancellingActivities promotion) => promotion.RestoreCouponAsync(
                new RestoreCoupon(record, PlacingRules.Redemption(Order), certain, KeyOf("restore-coupon", 1))),
            options));
        if (answer is null)
        {
            return false;
        }

        Record(answer.Resolved is { } chosen
            ? [new CouponWrittenOff(Now, chosen.ResolvedBy!, chosen.Note), Acted(chosen)]
            : [new CouponRestored(Now, answer.Answer!.WasHeld)]);
        return true;
    }

    /// <summary>
    /// Executes a step: with one short try (<paramref name="isFirstTry"/>; <c>null</c>: no answer), or until there is an answer or an operator's
    /// decision.
    /// </summary>
    private async Task<StepResult<T>?> ExecuteStepAsync<T>(ActivityStep step, bool isFirstTry, Func<Recording.OrderRecord?, ActivityOptions, Task<T>> call)
        where T : class
    {
        if (!isFirstTry)
        {
            return await TryCallAsync(step, call);
        }

        return Order.AttentionAt(Key, step.Name) is null && await TryOnceAsync(step, FirstTry, call) is { } answer ? new StepResult<T>(answer, null) : null;
    }

    /// <summary>Waits without checking <see cref="IsNeeded"/>: the compensations that follow still belong to this process.</summary>
    private Task WaitForAsync(Func<bool> condition) => Workflow.WaitConditionAsync(condition, Stopped);
}

/// <summary>부분 취소: logistics stops the parcels that carry the units; the parcels are requested again without the units.</summary>
public sealed class PartialCancellationProcess(OrderRun run, string refundId)
    : OrderProcess(run, ProcessNames.Cancelling, "partial-cancellation/" + refundId)
{
    private static readonly ActivityStep StopShipments = new("stop-shipments", "ask the logistics team to stop the parcels that carry the cancelled units", CallTime: 60);
    public override bool IsNeeded => Order.FindRefund(refundId) is { AwaitingStop: true } && !Order.IsCancelled;

    protected override async Task ExecuteAsync()
    {
        var refund = Order.FindRefund(refundId)!;
        var parcels = CancellingRules.Affected(Order, refund.Units).ToList();
        Record(new StopRequested(Now));
        var answer = await CallForUpdateAsync(StopShipments, Call);
        Record(CancellingRules.StoppedInPart(Order, refund, answer, Now));

        Task<ShipmentsStopped> Call(Recording.OrderRecord? record, ActivityOptions options) => Workflow.ExecuteActivityAsync(
            (IShippingActivities logistics) => logistics.StopShipmentsAsync(ShippingRules.Stop(Order, parcels, record)), options);
    }
}

/// <summary>What a cancelled order still has to give back.</summary>
public static class OwedAfterCancellation
{
    extension(Order order)
    {
        /// <summary>Whether card won is charged for which no cancellation refund exists yet.</summary>
        public bool OwesCard => order.ApprovedAttempt is not null && order.CardLeft > Won.Zero && !order.Refunds.Exists(refund => refund.Kind == RefundKind.Cancellation);

        /// <summary>
        /// Points that no other refund gives back. Points shown in the cancellation refund are included, because they are restored here and not by the
        /// execution of that refund.
        /// </summary>
        public Won PointsToGiveBack => order.PointsLeft + order.Ledger
            .Where(entry => entry.Kind == LedgerKind.RefundAsked && order.FindRefund(entry.Cause)?.Kind == RefundKind.Cancellation)
            .Aggregate(Won.Zero, (sum, entry) => sum + (entry.Points ?? Won.Zero));
    }
}
