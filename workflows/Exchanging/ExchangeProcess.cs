using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Returning;
using OrderOrchestration.Workflows.Shipping;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Exchanging;

/// <summary>
/// 교환 (hotspot 17): the replacement is reserved and committed first, because a pickup may take longer than a reservation lasts; then the goods are
/// collected and the replacement ships. No money moves. If no replacement is available, the exchange is converted to a refund.
/// </summary>
public sealed class ExchangeProcess(OrderRun run, string exchangeId) : CollectingProcess(run, ProcessNames.Exchange, exchangeId)
{
    private static readonly ActivityStep ReserveStock = new("reserve-stock", "reserve the replacement at the product team");
    private static readonly ActivityStep CommitStock = new("commit-stock", "commit the replacement's stock at the product team");
    private static readonly ActivityStep RestoreGoods = new("restore-goods", "put goods that came back on the product team's shelves");
    private static readonly ActivityStep RestoreReplacement = new("restore-replacement", "put the replacement that nobody gets on the product team's shelves");

    private Exchange Exchange => Order.FindExchange(ReturnId)!;

    public override bool IsNeeded => IsNeededFor(Exchange);

    public static bool IsNeededFor(Exchange exchange) => (exchange.IsOpen() && !exchange.ShippingRequested)
        || exchange is { Status: ExchangeStatus.Ended or ExchangeStatus.ConvertedToRefund, ShippingRequested: false, Replacement.Status: StockStatus.Committed };

    protected override async Task ExecuteAsync()
    {
        if (Exchange.Status == ExchangeStatus.Requested && !await CommitReplacementAsync())
        {
            Record(ExchangingRules.Converted(Order, Exchange, Now));
            return;
        }

        await CollectAsync(
            Exchange.Lines,
            () => (Exchange.PickupAccepted, Exchange.PickupAskedAt),
            () => Exchange.Status == ExchangeStatus.Requested,
            "the exchange is closed, the goods stay with the customer and the replacement goes back to stock");
        if (Exchange.Status == ExchangeStatus.PickedUp)
        {
            await RestockAsync();
            Record(ExchangingRules.Shipments(Order, Exchange, Now));
        }
        else
        {
            await RestoreReplacementAsync();
        }
    }

    /// <summary>Reserves and commits the replacement. <c>false</c>: none is available.</summary>
    private async Task<bool> CommitReplacementAsync()
    {
        var wanted = Order.Stocked(Exchange.Lines);
        if (wanted.Count == 0 || Exchange.Replacement.Status == StockStatus.Committed)
        {
            return true;
        }

        if (Exchange.Replacement.Status is StockStatus.None or StockStatus.Requested)
        {
            Record(new ReplacementChanged(Now, ReturnId, Exchange.Replacement with { Status = StockStatus.Requested }));
            var reserve = new ReserveReplacement(
                null, OrderId, $"{OrderId}/exchange/{ReturnId}/reserve", wanted, (int)Math.Ceiling(Order.Policies.ReservationTtl.TotalSeconds));
            var answer = await CallAsync(ReserveStock, (record, options) =>
            {
                var request = reserve with { Record = record };
                return Workflow.ExecuteActivityAsync((IExchangingActivities product) => product.ReserveReplacementAsync(request), options);
            });
            if (answer.ReservationId is null)
            {
                Record(new ReplacementChanged(Now, ReturnId, new StockReservation()));
                return false;
            }

            Record(new ReplacementChanged(Now, ReturnId, new StockReservation
            {
                Status = StockStatus.Reserved,
                ReservationId = answer.ReservationId,
                Lines = answer.Lines,
            }));
            if (!PlacingRules.Covers(answer.Lines, wanted))
            {
                throw new InvalidOperationException(PlacingRules.Mismatch(Order, answer));
            }
        }

        var commit = new CommitStock(null, OrderId, Exchange.Replacement.ReservationId!, $"{OrderId}/exchange/{ReturnId}/commit");
        var sold = await CallAsync(CommitStock, (record, options) =>
        {
            var request = commit with { Record = record };
            return Workflow.ExecuteActivityAsync((IShippingActivities product) => product.CommitStockAsync(request), options);
        });
        Record(new ReplacementChanged(
            Now, ReturnId, Exchange.Replacement with { Status = sold.Committed ? StockStatus.Committed : StockStatus.Released }));
        return sold.Committed;
    }

    private async Task RestockAsync()
    {
        if (Exchange.Restocked)
        {
            return;
        }

        var units = Order.Stocked(Exchange.Lines);
        if (units.Count > 0)
        {
            await RestoreAsync(RestoreGoods, units, ReturnId);
        }

        Record(new ReturnRestocked(Now, ReturnId, units));
    }

    private async Task RestoreReplacementAsync()
    {
        var units = Order.Stocked(Exchange.Lines);
        if (Exchange.Replacement.Status == StockStatus.Committed && units.Count > 0)
        {
            await RestoreAsync(RestoreReplacement, units, $"{ReturnId}-replacement");
        }

        Record(new ReplacementChanged(Now, ReturnId, Exchange.Replacement with { Status = StockStatus.Released }));
    }

    private Task<bool> RestoreAsync(ActivityStep step, IReadOnlyList<LineQuantity> units, string cause) => CallAsync(step, async (record, options) =>
    {
        var request = new RestoreGoods(record, OrderId, units, Exchange.Reason, KeyOf("restore-goods", cause));
        await Workflow.ExecuteActivityAsync((IShippingActivities product) => product.RestoreGoodsAsync(request), options);
        return true;
    });
}
