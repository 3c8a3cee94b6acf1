using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.State;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows;

/// <summary>
/// 주문 취소 (seed §5.5): before shipping it is immediate, and everything that other teams hold for the order is given back, one after the
/// other in the reverse of the order it was taken in (hotspot 6): card, stock, points, coupon. The order is cancelled only when all of it is.
/// </summary>
public sealed partial class OrderWorkflow
{
    private async Task<Refusal?> CancelOnWishAsync(CancelCommand command)
    {
        if (Admission.Cancel(state) is { } refusal)
        {
            return refusal;
        }

        var stopped = await StopShipmentsAsync();
        if (stopped is not null)
        {
            return stopped;
        }

        Publish(EventTypes.CancellationRequested, new { state.OrderId, command.Reason, command.By });
        await CloseAsync(command.By == "customer" ? CancelReason.CustomerRequest : CancelReason.Operator);
        return null;
    }

    /// <summary>출고 중 취소 (hotspot 16): logistics agrees to stop, or the order goes on as if nobody had asked.</summary>
    private async Task<Refusal?> StopShipmentsAsync()
    {
        var shipmentIds = state.Shipments.Where(shipment => shipment.Status != ShipmentStatus.Cancelled).Select(shipment => shipment.ShipmentId).ToList();
        if (shipmentIds.Count == 0)
        {
            return null;
        }

        var stop = new StopShipments(null, state.OrderId, shipmentIds, Key("stop-shipments", ++stops));
        var answer = await StepAsync(OrderStep.StopShipments, null, options =>
            Workflow.ExecuteActivityAsync((ILogisticsSteps team) => team.StopShipmentsAsync(stop), options));
        foreach (var shipmentId in answer.Stopped)
        {
            state = state.With(state.FindShipment(shipmentId)! with { Status = ShipmentStatus.Cancelled }, Workflow.UtcNow);
        }

        if (answer.Refused.Count == 0)
        {
            return null;
        }

        await ShipAgainAsync(answer.Stopped);
        return Admission.DispatchRefused(answer.Refused);
    }

    private int stops;

    /// <summary>Gives back everything that is left of the order and ends it. No parcel of it is on its way any more.</summary>
    private async Task CloseAsync(CancelReason reason)
    {
        isUndoing = true;
        var why = OrderSearchAttributes.Name(reason);
        await FinishRefundsAsync();
        var left = state.WhatCompensationGivesBack;
        await GiveMoneyBackAsync(left, why);
        await GiveStockBackAsync(left.Units, why);
        await GivePointsBackAsync(left.Points, why);
        await GiveCouponBackAsync(why);
        state = state.Cancelled(reason);
        Publish(EventTypes.OrderCancelled, new { state.OrderId, reason });
        Notify(Templates.OrderCancelled, new { state.OrderId, reason });
        ShowStatus();
        await RecordAsync();
    }

    private async Task GiveMoneyBackAsync(CompensationView left, string why)
    {
        if (state.OpenAttempt is { } open)
        {
            var closing = await CloseAttemptAsync(open, why);
            EndAttempt(open, closing, PaymentStatus.Cancelled);
            if (closing.Status == PaymentStatus.Approved)
            {
                await RefundLateMoneyAsync(open.Number, why);
            }
        }

        if (state.ApprovedAttempt is { } approved && left.Card > Won.Zero)
        {
            await RefundWhatIsLeftAsync(approved, left, why);
        }
    }

    private async Task RefundWhatIsLeftAsync(PaymentAttempt approved, CompensationView left, string why)
    {
        var refundId = RefundIdOf(approved);
        var lines = state.LinesLeft.Select(state.ShareOf).ToList();
        var refund = new Refund(refundId, why, lines, left.Card, left.Points, ReturnRequired: false, IsWhole: true, RefundStatus.Processing, Workflow.UtcNow);
        state = state.With(refund);
        Publish(EventTypes.RefundRequested, new { state.OrderId, refundId, amount = refund.Card, refund.Points, reason = why, returnRequired = false, lines = refund.Units }, refundId);
        await RefundAttemptAsync(approved, refundId, refund.Card, why);
        state = state.With(refund with { Status = RefundStatus.Completed });
        Publish(EventTypes.RefundCompleted, new { state.OrderId, refundId, amount = refund.Card, refund.Points, lines = refund.Units }, refundId);
        Notify(Templates.RefundCompleted, new { state.OrderId, refundId, amount = refund.Card, refund.Points }, refundId);
    }

    private async Task GiveStockBackAsync(IReadOnlyList<LineQuantity> units, string why)
    {
        if (state.Stock is Hold.None or Hold.GivenBack)
        {
            return;
        }

        if (state.Stock == Hold.Committed)
        {
            await RestoreGoodsAsync(units, why, "order", Key("restore-stock"));
        }
        else
        {
            await ReleaseStockAsync(units, why);
        }

        state = state with { Stock = Hold.GivenBack };
    }

    private async Task ReleaseStockAsync(IReadOnlyList<LineQuantity> units, string why)
    {
        Publish(EventTypes.StockRestorationRequested, new { state.OrderId, lines = units, reason = why });
        var record = TakeRecord();
        var commit = state.Stock is Hold.CommitAsked ? Commit(null) : null;
        var restore = new RestoreStock(
            record, state.OrderId, Key("restore-stock"), Reservation(null), state.Reservation?.ReservationId, commit, why, "1");
        await StepAsync(OrderStep.RestoreStock, record, options =>
            Workflow.ExecuteActivityAsync((IProductSteps team) => team.RestoreStockAsync(restore), options));
    }

    /// <summary>Sold goods are back: those that stock was taken for go on the shelves again.</summary>
    private async Task RestoreGoodsAsync(IReadOnlyList<LineQuantity> lines, string why, string sequence, string key)
    {
        var units = lines.Where(line => state.StockLines.Any(stocked => stocked.ProductId == line.ProductId)).ToList();
        if (units.Count == 0)
        {
            return;
        }

        Publish(EventTypes.StockRestorationRequested, new { state.OrderId, lines = units, reason = why }, sequence);
        var record = TakeRecord();
        var restore = new RestoreGoods(record, state.OrderId, units, why, key, sequence);
        await StepAsync(OrderStep.RestoreGoods, record, options =>
            Workflow.ExecuteActivityAsync((IProductSteps team) => team.RestoreGoodsAsync(restore), options));
    }

    private async Task GivePointsBackAsync(Won points, string why)
    {
        if (state.Points is Hold.None or Hold.GivenBack)
        {
            return;
        }

        if (points > Won.Zero)
        {
            await RestorePointsAsync(points, Key("restore-points"), "1", why);
        }

        state = state with { Points = Hold.GivenBack };
    }

    private async Task RestorePointsAsync(Won points, string key, string sequence, string why)
    {
        var record = TakeRecordIfShown();
        var restore = new RestorePoints(record, PointUse(), state.Points == Hold.Taken, points, key, sequence, why);
        await StepAsync(OrderStep.RestorePoints, record, options =>
            Workflow.ExecuteActivityAsync((IMemberSteps team) => team.RestorePointsAsync(restore), options));
    }

    /// <summary>A coupon comes back when the order is cancelled before shipping; never after delivery (사용된 쿠폰은 환불 시 복원 불가).</summary>
    private async Task GiveCouponBackAsync(string why)
    {
        if (state.Coupon is Hold.None or Hold.GivenBack)
        {
            return;
        }

        var record = TakeRecordIfShown();
        var restore = new RestoreCoupon(record, Redemption(), state.Coupon == Hold.Taken, Key("restore-coupon"), why);
        await StepAsync(OrderStep.RestoreCoupon, record, options =>
            Workflow.ExecuteActivityAsync((IPromotionSteps team) => team.RestoreCouponAsync(restore), options));
        state = state with { Coupon = Hold.GivenBack };
    }

    /// <summary>An operator chose to undo the order: only while every parcel can still be stopped. <c>false</c>: logistics could not.</summary>
    private async Task<bool> IsStoppedForUndoAsync()
    {
        isUndoing = true;
        isUndoing = await StopShipmentsAsync() is null;
        return isUndoing;
    }

    /// <summary>The customer is told before the stock is let go (hotspot 10).</summary>
    private Task WarnOfExpiryAsync()
    {
        state = state.ReservationNoticeGiven();
        Notify(Templates.ReservationExpiring, new { state.OrderId, state.Reservation!.ExpiresAt });
        return Task.CompletedTask;
    }

    /// <summary>재고 확보가 만료되었다: the stock goes to others and the order ends.</summary>
    private Task ExpireAsync()
    {
        Publish(EventTypes.StockReservationExpired, new { state.OrderId, expiredAt = state.Reservation!.ExpiresAt });
        Notify(Templates.ReservationExpired, new { state.OrderId });
        return CloseAsync(CancelReason.ReservationExpired);
    }

    /// <summary>상품 판매 중지 cancels an order that is not paid and holds the product (hotspot 8).</summary>
    private async Task HearProductAsync(PartnerEvent published)
    {
        var productId = new EventData(published.Data).Text("productId") ?? published.Subject;
        if (published.Type != EventTypes.SaleStopped)
        {
            await Note(published);
        }
        else if (state.IsPaid || state.IsClosed)
        {
            Ignore(published, "the order is already paid or closed");
        }
        else if (!state.Request.Lines.Any(line => line.ProductId == productId))
        {
            Ignore(published, "the order does not hold this product");
        }
        else
        {
            await Note(published);
            await CloseAsync(CancelReason.SaleStopped);
        }
    }
}
