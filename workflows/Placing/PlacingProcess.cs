using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Placing;

/// <summary>
/// 주문 접수 (seed §5.1, §5.3): facts and rules, coupon, points, stock, payment request, in this order (hotspot 6). Each resource is recorded as requested
/// before the call. If the order is refused in between, the cancelling process compensates what was already redeemed.
/// </summary>
public sealed class PlacingProcess(OrderRun run) : OrderProcess(run, ProcessNames.Placing, ProcessNames.Placing)
{
    private static readonly ActivityStep ReadFacts = new("read-facts", "ask the teams what the order is priced by");
    private static readonly ActivityStep RedeemCoupon = new("redeem-coupon", "redeem the coupon at the promotion team");
    private static readonly ActivityStep UsePoints = new("use-points", "use the points at the member team");
    private static readonly ActivityStep ReserveStock = new("reserve-stock", "reserve stock at the product team");

    public override bool IsNeeded => IsNeededFor(Order);

    public static bool IsNeededFor(Order order) =>
        order is { Cancellation: null, IsPaid: false } && order.Stock.Status is StockStatus.None or StockStatus.Requested;

    protected override async Task ExecuteAsync()
    {
        if (Order.Quote is null)
        {
            var facts = Order.Facts ?? await CallUnrecordedAsync(ReadFacts, options =>
                Workflow.ExecuteActivityAsync((IPlacingActivities teams) => teams.ReadFactsAsync(Order.Request), options));
            Record(PlacingRules.Price(Order, facts, Now));
            ThrowIfNotNeeded();
        }

        await RedeemCouponAsync();
        await UsePointsAsync();
        if (!Order.IsPlaced)
        {
            Record(new OrderPlaced(Now));
        }

        await ReserveStockAsync();
    }

    private async Task RedeemCouponAsync()
    {
        if (Order.Request is not { CouponCode: { } code, MemberId: not null } || Order.Coupon is not (ResourceStatus.None or ResourceStatus.Requested))
        {
            return;
        }

        Record(new CouponRedemptionRequested(Now));
        var redemption = PlacingRules.Redemption(Order);
        var answer = await CallUnrecordedAsync(RedeemCoupon, options =>
            Workflow.ExecuteActivityAsync((IPlacingActivities promotion) => promotion.RedeemCouponAsync(redemption), options));
        if (answer.Used)
        {
            Record(new CouponRedeemed(Now));
            return;
        }

        Record(new CouponRedemptionRejected(Now), new OrderRefused(Now, OrderRules.CouponRejected(code, answer.Reason ?? "conditions-not-met")));
        ThrowIfNotNeeded();
    }

    private async Task UsePointsAsync()
    {
        if (Order.Request.Points == Won.Zero || Order.Points is not (ResourceStatus.None or ResourceStatus.Requested))
        {
            return;
        }

        Record(new PointsUseRequested(Now));
        var use = PlacingRules.PointUse(Order);
        var answer = await CallUnrecordedAsync(UsePoints, options =>
            Workflow.ExecuteActivityAsync((IPlacingActivities members) => members.UsePointsAsync(use), options));
        if (answer.Used)
        {
            Record(new PointsUsed(Now, use.Points));
            return;
        }

        Record(new PointsUseRejected(Now), new OrderRefused(Now, OrderRules.PointsRejected(use.Points, answer.Reason ?? "refused")));
        ThrowIfNotNeeded();
    }

    private async Task ReserveStockAsync()
    {
        if (Order.StockLines.Count == 0)
        {
            Record(PlacingRules.WithoutStock(Order, Now));
            return;
        }

        if (Order.Stock.Status == StockStatus.None)
        {
            Record(new StockReservationRequested(Now));
        }

        while (true)
        {
            var answer = await CallAsync(ReserveStock, (record, options) =>
                Workflow.ExecuteActivityAsync((IPlacingActivities product) => product.ReserveStockAsync(PlacingRules.Reservation(Order, record)), options));
            if (PlacingRules.Reserved(Order, answer, Now) is { } changes)
            {
                Record(changes);
                return;
            }

            Record(new StockReservationMismatched(Now, answer.ReservationId!));
            var chosen = await RequestInterventionAsync(ReserveStock, PlacingRules.Mismatch(Order, answer), [RecoveryActions.Retry, RecoveryActions.Compensate]);
            Record(Acted(chosen));
        }
    }
}
