using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.State;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows;

/// <summary>배송 (seed §5.4): a paid order commits its stock, asks for its parcels by itself (결제 완료 후 자동 출고 요청) and follows them.</summary>
public sealed partial class OrderWorkflow
{
    private async Task PrepareAsync()
    {
        if (!await CommitStockAsync())
        {
            await CloseAsync(CancelReason.ReservationExpired);
            return;
        }

        state = state with { Status = OrderStatus.Confirmed };
        Publish(EventTypes.OrderConfirmed, new { state.OrderId });
        await RequestShippingAsync(ShipmentPlan.For(state.OrderId, state.Reservation!.Lines, state.PreOrderLines));
        ShowStatus();
    }

    /// <summary>The reservation becomes a sale; <c>false</c>: it ran out before the money came.</summary>
    private async Task<bool> CommitStockAsync()
    {
        if (state.Reservation!.ReservationId is null)
        {
            return true;
        }

        state = state with { Stock = Hold.CommitAsked };
        var record = TakeRecord();
        var commit = Commit(record);
        var answer = await StepAsync(OrderStep.CommitStock, record, options =>
            Workflow.ExecuteActivityAsync((IProductSteps team) => team.CommitStockAsync(commit), options));
        state = state with { Stock = answer.Committed ? Hold.Committed : Hold.GivenBack };
        if (!answer.Committed)
        {
            Publish(EventTypes.StockReservationExpired, new { state.OrderId, expiredAt = state.Reservation!.ExpiresAt });
            Notify(Templates.ReservationExpired, new { state.OrderId });
        }

        return answer.Committed;
    }

    private CommitStock Commit(OrderRecord? record) => new(record, state.OrderId, state.Reservation!.ReservationId!, Key("commit-stock"));

    private async Task RequestShippingAsync(IReadOnlyList<PlannedShipment> planned, string? exchangeId = null)
    {
        state = state.ShippingAsked(planned, exchangeId);
        state = state with { Status = state.Status == OrderStatus.Confirmed ? OrderStatus.Preparing : state.Status };
        foreach (var shipment in planned)
        {
            Publish(
                EventTypes.ShippingRequested, new { state.OrderId, shipment.ShipmentId, shipment.WarehouseId, shipment.Lines }, shipment.ShipmentId);
        }

        var record = TakeRecord();
        var request = new RequestShipping(record, state.OrderId, planned, state.ShipTo, state.Request.DeliveryNote, $"{state.OrderId}/request-shipping");
        await StepAsync(OrderStep.RequestShipping, record, options =>
            Workflow.ExecuteActivityAsync((ILogisticsSteps team) => team.RequestShippingAsync(request), options));
    }

    /// <summary>Parcels that were stopped for a cancellation which another parcel made impossible are asked for again, as new ones.</summary>
    private Task ShipAgainAsync(IReadOnlyList<string> stopped)
    {
        var again = stopped
            .Select(shipmentId => state.FindShipment(shipmentId)!)
            .Select((shipment, i) => new PlannedShipment($"{state.OrderId}-{state.Shipments.Count + 1 + i}", shipment.WarehouseId, shipment.Lines))
            .ToList();
        return again.Count == 0 ? Task.CompletedTask : RequestShippingAsync(again);
    }

    private async Task HearLogisticsAsync(PartnerEvent published)
    {
        if (published.Type == EventTypes.ReturnPickedUp)
        {
            await HearPickupAsync(published);
            return;
        }

        if (state.FindShipment(new EventData(published.Data).Text("shipmentId")) is not { } shipment)
        {
            Ignore(published, "the order knows no such shipment");
            return;
        }

        var news = ShipmentNews.Read(shipment, published);
        if (news.Changed is not { } changed)
        {
            Ignore(published, news.Why!);
            return;
        }

        await Note(published);
        Follow(changed, published.Type);
        if (changed is { Status: ShipmentStatus.DeliveryFailed } && changed.FailedDeliveries >= state.Policies.MaxDeliveryAttempts)
        {
            await CallBackAsync(changed);
        }
        else if (changed.Status == ShipmentStatus.Returned)
        {
            await GoodsCameBackAsync(changed);
        }
    }

    private void Follow(Shipment changed, string news)
    {
        var wasDelivered = state.IsDelivered;
        state = state.With(changed, Workflow.UtcNow);
        if (news == EventTypes.PartnerShippingStarted)
        {
            Publish(EventTypes.ShippingStarted, new { state.OrderId, changed.ShipmentId, changed.Waybill }, changed.ShipmentId);
            Notify(Templates.ShippingStarted, new { state.OrderId, changed.ShipmentId, changed.Waybill }, changed.ShipmentId);
        }

        if (state.IsDelivered && !wasDelivered)
        {
            Publish(EventTypes.Delivered, new { state.OrderId, state.AutoConfirmAt });
            Notify(Templates.Delivered, new { state.OrderId, state.AutoConfirmAt });
        }

        if (changed.Status != ShipmentStatus.Returned && state.FindExchange(changed.ExchangeId) is { IsOpen: true } exchange)
        {
            FollowExchange(exchange);
        }
    }

    /// <summary>배송지 변경: until dispatch, and only where logistics takes every parcel there.</summary>
    private async Task<Refusal?> RedirectAsync(ShippingAddress shipTo)
    {
        if (Admission.ChangeAddress(state) is { } refusal)
        {
            return refusal;
        }

        var shipmentIds = state.Shipments.Where(shipment => shipment.Status == ShipmentStatus.Requested).Select(shipment => shipment.ShipmentId).ToList();
        var answer = await ChangeAddressAsync(shipmentIds, shipTo);
        if (!answer.Deliverable)
        {
            return Refusal.Of(RefusalSlugs.UndeliverableAddress, "Nothing is delivered to this postal code.", new { shipTo.PostalCode });
        }

        if (answer.Changed.Count < shipmentIds.Count)
        {
            // All parcels go to one address or none is moved.
            await ChangeAddressAsync(answer.Changed, state.ShipTo);
            return Admission.AlreadyDispatched(state);
        }

        state = state with { ShipTo = shipTo };
        Publish(EventTypes.ShippingAddressSelected, new { state.OrderId, shipTo.PostalCode }, OrderTimeline.Sequence(redirections + 1));
        return null;
    }

    private Task<AddressChanged> ChangeAddressAsync(IReadOnlyList<string> shipmentIds, ShippingAddress shipTo)
    {
        var change = new ChangeAddress(null, state.OrderId, shipmentIds, shipTo, Key("change-address", ++redirections));
        return StepAsync(OrderStep.ChangeAddress, null, options =>
            Workflow.ExecuteActivityAsync((ILogisticsSteps team) => team.ChangeAddressAsync(change), options));
    }

    private int redirections;
}
