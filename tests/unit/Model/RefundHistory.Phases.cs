using OrderOrchestration.Tests.Unit.Orders;
using OrderOrchestration.Workflows.Cancelling;
using OrderOrchestration.Workflows.Completing;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Exchanging;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Shipping;

namespace OrderOrchestration.Tests.Unit.Model;

/// <summary>What happens to the order around its refunds: partial cancellations, parcels that come back, exchanges, completion.</summary>
internal sealed partial class RefundHistory
{
    /// <summary>부분 취소 before dispatch: priced like a wish without fee. Logistics refuses some.</summary>
    private void CancelPart(Act act)
    {
        if (story.Order.IsDelivered || story.Order.IsClosed)
        {
            return;
        }

        var units = Units(act);
        var id = $"c-{++names}";
        story.Cancel(lines: Lines(units), cancellationId: id);
        told.Add($"cancel {id} {string.Join(",", units)}{(story.Refused is { } no ? " refused " + no.Slug : string.Empty)}");
        Same("is admitted", AreLeft(units) && !IsUnderWay, story.Refused is null);
        if (story.Refused is not null)
        {
            return;
        }

        if (story.Order.IsCancellationPending)
        {
            // All that was left: the whole order is cancelled.
            story.Stopped();
            Cancelled();
            return;
        }

        Asked(id, isWish: true, hasFee: false, units);
        var refuses = act.C % 4 == 0;
        if (story.Refund(id).AwaitingStop)
        {
            story.Stopped(refuses ? [CancellingRules.Affected(story.Order, story.Refund(id).Units).First().ShipmentId] : []);
            if (refuses)
            {
                told.Add($"logistics refuses {id}");
                model.Forget(id);
                return;
            }
        }

        Same($"status of {id}", RefundStatus.Processing, story.Refund(id).Status);
    }

    /// <summary>A parcel travels, or came back.</summary>
    private bool IsUnderWay => story.Order.Shipments.Exists(shipment => shipment.IsUnderWay);

    private void CancelWhole(Act act)
    {
        if (story.Order.IsDelivered || story.Order.IsClosed || act.A % 2 == 0)
        {
            return;
        }

        story.Cancel();
        told.Add("cancel all");
        Same("is admitted", !IsUnderWay, story.Refused is null);
        if (story.Refused is not null)
        {
            return;
        }

        if (story.Order.IsCancellationPending)
        {
            story.Stopped();
        }

        Cancelled();
    }

    /// <summary>Everything that is left goes back, whatever earlier cancellations of a part kept.</summary>
    private void Cancelled()
    {
        foreach (var open in story.Order.Refunds.Where(refund => refund.IsOpen()).ToList())
        {
            Progress(open.RefundId, new Act(0, 0, 0, 0));
            Finish(open.RefundId);
        }

        var card = story.Order.CardLeft;
        var refund = story.CancellationRefunded();
        if (refund is not null)
        {
            Same("card of the cancellation", card, refund.Amount.Card);
        }

        var points = story.Order.PointsToGiveBack;
        story.Given(new PointsRestored(story.Now, null, points));
        told.Add($"cancelled: {refund?.Amount} and {points} points");
        var totals = story.Order.LedgerTotals;
        Same("card that is left", story.Order.Charged, totals.Refunded);
        Same("points that are left", totals.PointsUsed, totals.PointsRestored);
    }

    /// <summary>The next phase: delivery, then completion.</summary>
    private void Advance(bool toDelivery = false)
    {
        if (story.Order.IsClosed)
        {
            return;
        }

        if (!story.Order.IsDelivered)
        {
            foreach (var shipment in story.Order.TravellingShipments.Where(shipment => shipment.Status != ShipmentStatus.Delivered).ToList())
            {
                story.When(Logistics.Says(EventTypes.PartnerDelivered, shipment.ShipmentId));
            }

            told.Add("delivered");
            Same("is delivered", true, story.Order.IsDelivered);
        }
        else if (!toDelivery && CompletingRules.Confirm(story.Order) is null)
        {
            story.Completed();
            model.Accrue(terms.Policies.AccrualPercent);
            told.Add($"completed, accrued {model.Accrued}");
            Same("accrued", model.Accrued, story.Ledger.Accrued.Amount);
        }
    }

    /// <summary>A parcel could not be delivered: the whole share of what it carries goes back.</summary>
    private void ComeBack(Act act)
    {
        var parcels = story.Order.TravellingShipments.Where(shipment => shipment.Status != ShipmentStatus.Delivered).ToList();
        if (story.Order.IsClosed || parcels.Count == 0)
        {
            return;
        }

        var parcel = parcels[act.A % parcels.Count];
        var others = story.Order.TravellingShipments.Any(other => other != parcel);
        told.Add($"{parcel.ShipmentId} comes back");
        story.When(Logistics.Says(EventTypes.ReturnedToSender, parcel.ShipmentId));
        story.Given(new ShipmentRestocked(story.Now, parcel.ShipmentId, story.Order.Stocked(parcel.Lines)));
        story.When(ShippingRules.CameBack(story.Order, story.Order.FindShipment(parcel.ShipmentId)!, story.Now));
        Same("cancels the order", !others, story.Order.IsCancelled);
        if (story.Order.IsCancelled)
        {
            Cancelled();
            return;
        }

        int[] units = [.. terms.Lines.Select((_, i) => parcel.Lines.Where(line => line.ProductId == $"p-{i}").Sum(line => line.Quantity))];
        Asked($"{parcel.ShipmentId}-undeliverable", isWish: false, hasFee: false, units);
    }

    private void Exchange(Act act)
    {
        if (!story.Order.IsDelivered)
        {
            return;
        }

        var units = Units(act);
        var id = $"e-{++names}";
        story.AskExchange(id, "change-of-mind", Lines(units));
        told.Add($"exchange {id} {string.Join(",", units)}{(story.Refused is { } no ? " refused " + no.Slug : string.Empty)}");
    }

    /// <summary>The replacement is there, or there is none and the units are refunded, or an operator closes it.</summary>
    private void EndExchange(Act act)
    {
        if (story.Order.Exchanges.Find(exchange => exchange.IsOpen()) is not { } exchange)
        {
            return;
        }

        if (act.A % 3 == 0)
        {
            told.Add($"{exchange.ExchangeId} completes");
            story.Given(new ExchangeCompleted(story.Now, exchange.ExchangeId));
            return;
        }

        if (act.A % 3 == 1)
        {
            told.Add($"{exchange.ExchangeId} ends");
            story.Given(new ReturnEnded(story.Now, exchange.ExchangeId, "operator", "never collected"));
            return;
        }

        told.Add($"{exchange.ExchangeId} becomes a refund");
        story.When(ExchangingRules.Converted(story.Order, exchange, story.Now));
        int[] units = [.. terms.Lines.Select((_, i) => exchange.Lines.Where(line => line.ProductId == $"p-{i}").Sum(line => line.Quantity))];
        Asked(exchange.RefundId(), isWish: true, hasFee: true, units, ApprovalOf(isWithoutGoods: false, isAdmin: false));
    }

    /// <summary>10만원 이상 환불은 관리자 승인 필요, judged on all refunds that stand together; partial cancellations do not count.</summary>
    private Func<Asked, bool> ApprovalOf(bool isWithoutGoods, bool isAdmin) => asked => !isAdmin
        && (isWithoutGoods || model.Refunds.Where(known => !known.IsRejected && (!known.IsWish || known.HasFee))
            .Sum(known => known.Priced.Total - known.Withheld) >= terms.Policies.ApprovalFrom);
}
