using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.State;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows;

/// <summary>
/// 배송 불가: after the third failed delivery the parcel is called back (배송 3회 실패 시 자동 반송); once it is back its goods go on the shelves and
/// their whole share to the customer. Where every parcel came back the order ends with everything undone, fee and coupon included.
/// </summary>
public sealed partial class OrderWorkflow
{
    private async Task CallBackAsync(Shipment shipment)
    {
        state = state.With(shipment with { Status = ShipmentStatus.Returning }, Workflow.UtcNow);
        var record = TakeRecord();
        var back = new ReturnShipment(record, state.OrderId, shipment.ShipmentId, RefundReasons.Undeliverable, $"{state.OrderId}/return-shipment/{shipment.ShipmentId}");
        await StepAsync(OrderStep.ReturnShipment, record, options =>
            Workflow.ExecuteActivityAsync((ILogisticsSteps team) => team.ReturnShipmentAsync(back), options));
    }

    private async Task GoodsCameBackAsync(Shipment shipment)
    {
        var goesOn = state.Shipments.Exists(other => other.ExchangeId is null && other.Status is not (ShipmentStatus.Returned or ShipmentStatus.Cancelled));
        if (shipment.ExchangeId is null && !goesOn)
        {
            await CloseAsync(CancelReason.Undeliverable);
            return;
        }

        await TakeGoodsInAsync(shipment.ShipmentId, shipment.Lines, RefundReasons.Undeliverable, isDefective: false);
        if (state.FindExchange(shipment.ExchangeId) is { IsOpen: true } exchange)
        {
            FollowExchange(exchange);
        }

        await BeginRefundAsync($"{shipment.ShipmentId}-undeliverable", shipment.Lines, RefundReasons.Undeliverable, returnRequired: false);
    }
}
