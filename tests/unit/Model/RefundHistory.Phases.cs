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
    /// <summary>부분 취소 before dispatch: priced like a change of mind without fee. Logistics refuses some.</summary>
    private void CancelPart(Act act)
    {
        if (scenario.Order.IsDelivered || scenario.Order.IsClosed)
        {
            return;
        }

        var units = Units(act);
        var id = $"c-{++names}";
        scenario.Cancel(lines: Lines(units), cancellationId: id);
        log.Add($"cancel {id} {string.Join(",", units)}{(scenario.Refused is { } no ? " refused " + no.Slug : string.Empty)}");
        Same("is admitted", AreLeft(units) && !IsUnderWay, scenario.Refused is null);
        if (scenario.Refused is not null)
        {
            return;
        }

        if (scenario.Order.IsCancellationPending)
        {
            // All that was left: the whole order is cancelled.
            scenario.Stopped();
            Cancelled();
            return;
        }

        Asked(id, isChangeOfMind: true, hasFee: false, units);
        var refuses = act.C % 4 == 0;
        if (scenario.Refund(id).AwaitingStop)
        {
            scenario.Stopped(refuses ? [CancellingRules.Affected(scenario.Order, scenario.Refund(id).Units).First().ShipmentId] : []);
            if (refuses)
            {
                log.Add($"logistics refuses {id}");
                model.Forget(id);
                return;
            }
        }

        Same($"status of {id}", RefundStatus.Processing, scenario.Refund(id).Status);
    }

    /// <summary>A parcel travels, or came back.</summary>
    private bool IsUnderWay => scenario.Order.Shipments.Exists(shipment => shipment.IsUnderWay);

    private void CancelWhole(Act act)
    {
        if (scenario.Order.IsDelivered || scenario.Order.IsClosed || act.A % 2 == 0)
        {
            return;
        }

        scenario.Cancel();
        log.Add("cancel all");
        Same("is admitted", !IsUnderWay, scenario.Refused is null);
        if (scenario.Refused is not null)
        {
            return;
        }

        if (scenario.Order.IsCancellationPending)
        {
            scenario.Stopped();
        }

        Cancelled();
    }

    /// <summary>Everything that is left goes back, whatever earlier cancellations of a part kept.</summary>
    private void Cancelled()
    {
        foreach (var open in scenario.Order.Refunds.Where(refund => refund.IsOpen()).ToList())
        {
            Progress(open.RefundId, new Act(0, 0, 0, 0));
            Finish(open.RefundId);
        }

        var card = scenario.Order.CardLeft;
        var refund = scenario.CancellationRefunded();
        if (refund is not null)
        {
            Same("card of the cancellation", card, refund.Amount.Card);
        }

        var points = scenario.Order.PointsToGiveBack;
        scenario.Given(new PointsRestored(scenario.Now, null, points));
        log.Add($"cancelled: {refund?.Amount} and {points} points");
        var totals = scenario.Order.LedgerTotals;
        Same("card that is left", scenario.Order.Charged, totals.Refunded);
        Same("points that are left", totals.PointsUsed, totals.PointsRestored);
    }

    /// <summary>The next phase: delivery, then completion.</summary>
    private void Advance(bool toDelivery = false)
    {
        if (scenario.Order.IsClosed)
        {
            return;
        }

        if (!scenario.Order.IsDelivered)
        {
            foreach (var shipment in scenario.Order.TravellingShipments.Where(shipment => shipment.Status != ShipmentStatus.Delivered).ToList())
            {
                scenario.When(Logistics.Says(EventTypes.PartnerDelivered, shipment.ShipmentId));
            }

            log.Add("delivered");
            Same("is delivered", true, scenario.Order.IsDelivered);
        }
        else if (!toDelivery && CompletingRules.Confirm(scenario.Order) is null)
        {
            scenario.Completed();
            model.Accrue(terms.Policies.AccrualPercent);
            log.Add($"completed, accrued {model.Accrued}");
            Same("accrued", model.Accrued, scenario.Ledger.Accrued.Amount);
        }
    }

    /// <summary>A parcel could not be delivered: the whole share of what it carries goes back.</summary>
    private void ComeBack(Act act)
    {
        var parcels = scenario.Order.TravellingShipments.Where(shipment => shipment.Status != ShipmentStatus.Delivered).ToList();
        if (scenario.Order.IsClosed || parcels.Count == 0)
        {
            return;
        }

        var parcel = parcels[act.A % parcels.Count];
        var others = scenario.Order.TravellingShipments.Any(other => other != parcel);
        log.Add($"{parcel.ShipmentId} comes back");
        scenario.When(Logistics.Says(EventTypes.ReturnedToSender, parcel.ShipmentId));
        scenario.Given(new ShipmentRestocked(scenario.Now, parcel.ShipmentId, scenario.Order.Stocked(parcel.Lines)));
        scenario.When(ShippingRules.ReturnedToSender(scenario.Order, scenario.Order.FindShipment(parcel.ShipmentId)!, scenario.Now));
        Same("cancels the order", !others, scenario.Order.IsCancelled);
        if (scenario.Order.IsCancelled)
        {
            Cancelled();
            return;
        }

        int[] units = [.. terms.Lines.Select((_, i) => parcel.Lines.Where(line => line.ProductId == $"p-{i}").Sum(line => line.Quantity))];
        Asked($"{parcel.ShipmentId}-undeliverable", isChangeOfMind: false, hasFee: false, units);
    }

    private void Exchange(Act act)
    {
        if (!scenario.Order.IsDelivered)
        {
            return;
        }

        var units = Units(act);
        var id = $"e-{++names}";
        scenario.AskExchange(id, "change-of-mind", Lines(units));
        log.Add($"exchange {id} {string.Join(",", units)}{(scenario.Refused is { } no ? " refused " + no.Slug : string.Empty)}");
    }

    /// <summary>The replacement is there, or there is none and the units are refunded, or an operator closes it.</summary>
    private void EndExchange(Act act)
    {
        if (scenario.Order.Exchanges.Find(exchange => exchange.IsOpen()) is not { } exchange)
        {
            return;
        }

        if (act.A % 3 == 0)
        {
            log.Add($"{exchange.ExchangeId} completes");
            scenario.Given(new ExchangeCompleted(scenario.Now, exchange.ExchangeId));
            return;
        }

        if (act.A % 3 == 1)
        {
            log.Add($"{exchange.ExchangeId} ends");
            scenario.Given(new ReturnEnded(scenario.Now, exchange.ExchangeId, "operator", "never collected"));
            return;
        }

        log.Add($"{exchange.ExchangeId} becomes a refund");
        scenario.When(ExchangingRules.Converted(scenario.Order, exchange, scenario.Now));
        int[] units = [.. terms.Lines.Select((_, i) => exchange.Lines.Where(line => line.ProductId == $"p-{i}").Sum(line => line.Quantity))];
        Asked(exchange.RefundId(), isChangeOfMind: true, hasFee: true, units, ApprovalOf(isWithoutGoods: false, isAdmin: false));
    }

    /// <summary>10만원 이상 환불은 관리자 승인 필요, evaluated on all refunds that are not rejected; partial cancellations do not count.</summary>
    private Func<Asked, bool> ApprovalOf(bool isWithoutGoods, bool isAdmin) => asked => !isAdmin
        && (isWithoutGoods || model.Refunds.Where(known => !known.IsRejected && (!known.IsChangeOfMind || known.HasFee))
            .Sum(known => known.Priced.Total - known.Withheld) >= terms.Policies.ApprovalFrom);
}
