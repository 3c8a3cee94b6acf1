using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Shipping;

/// <summary>
/// 결제 완료 후 자동 출고 요청: a paid order commits its stock, is confirmed, and requests its parcels. Units that were cancelled meanwhile are not shipped.
/// </summary>
public sealed class PreparingProcess(OrderRun run) : OrderProcess(run, ProcessNames.Shipment, "preparing")
{
    private static readonly ActivityStep CommitStock = new("commit-stock", "commit the reserved stock at the product team");
    private static readonly ActivityStep RestoreGoods = new("restore-cancelled-goods", "put units that were cancelled before payment back in stock");

    public override bool IsNeeded => IsNeededFor(Order);

    public static bool IsNeededFor(Order order) => order is { Cancellation: null, IsPaid: true, Shipments.IsEmpty: true, HasEnded: false, GoodsAreStopped: false };

    protected override async Task ExecuteAsync()
    {
        if (Order.Stock.Status != StockStatus.Committed && Order.Stock.ReservationId is { } reservationId)
        {
            Record(new StockCommitRequested(Now));
            var answer = await CallAsync(CommitStock, (record, options) => Workflow.ExecuteActivityAsync(
                (IShippingActivities product) => product.CommitStockAsync(new CommitStock(record, OrderId, reservationId, KeyOf("commit-stock", 1))), options));
            if (!answer.Committed)
            {
                Record(
                    new StockCommitExpired(Now),
                    new ReservationExpired(Now),
                    new OrderCancelled(Now, CancelReason.ReservationExpired, "policy", "the reservation ran out before the money came"));
                return;
            }

            Record(new StockCommitted(Now));
        }

        await RestoreCancelledAsync();
        Record(new OrderConfirmed(Now), ShippingRules.FirstShipments(Order, Now));
    }

    /// <summary>A reservation is committed as a whole, so units that were cancelled before payment are restored at once.</summary>
    private async Task RestoreCancelledAsync()
    {
        const string cause = "cancelled-before-payment";
        var units = Order.Stocked(Pricing.OrderPricing.Merge(Order.UnitsCancelledUnpaid)).ToList();
        if (units.Count == 0 || Order.Ledger.Exists(entry => entry.Kind == LedgerKind.Restored && entry.Cause == cause))
        {
            return;
        }

        await CallAsync(RestoreGoods, async (record, options) =>
        {
            await Workflow.ExecuteActivityAsync(
                (IShippingActivities product) => product.RestoreGoodsAsync(new RestoreGoods(record, OrderId, units, "partial-cancellation", KeyOf("restore-goods", cause))),
                options);
            return true;
        });
        Record(new ReturnRestocked(Now, cause, units));
    }
}
