using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Shipping;

/// <summary>
/// A foreign refund, or a difference from the payment team's records, stops goods that have not left: parcels are stopped, and an operator decides
/// whether they ship anyway (<c>retry</c>) or the order is compensated (<c>compensate</c>). Once goods are under way it is only recorded in the ledger.
/// </summary>
public sealed class ForeignMoneyProcess(OrderRun run) : OrderProcess(run, ProcessNames.Paying, "foreign-money")
{
    private static readonly ActivityStep StopShipments = new("stop-shipments", "ask the logistics team to stop parcels whose payment was refunded without us", CallTime: 60);
    private static readonly ActivityStep ForeignRefund = new("foreign-refund", "decide about money that was given back without us");

    public override bool IsNeeded => IsNeededFor(Order);

    public static bool IsNeededFor(Order order) => order.GoodsAreStopped && order is { IsClosed: false, Cancellation: null };

    protected override async Task ExecuteAsync()
    {
        var parcels = Order.TravellingShipments.Where(shipment => !shipment.IsUnderWay).ToList();
        List<string> stopped = [];
        if (parcels.Count > 0)
        {
            Record(new StopRequested(Now));
            var answer = await CallAsync(StopShipments, (record, options) => Workflow.ExecuteActivityAsync(
                (IShippingActivities logistics) => logistics.StopShipmentsAsync(ShippingRules.Stop(Order, parcels, record)), options));
            Record([.. answer.Stopped.Select(shipmentId => new ShipmentStopped(Now, shipmentId))]);
            stopped.AddRange(answer.Stopped);
        }

        var amount = Order.ForeignRefundedInAll;
        var differences = Order.PaymentDifferences;
        var error = string.Join("; ", [.. Reasons(amount - Order.ForeignAcknowledged, differences), $"{stopped.Count} parcel(s) stopped"]);
        var chosen = await RequestInterventionAsync(
            ForeignRefund, error, Order.Shipments.IsEmpty || stopped.Count == parcels.Count ? [RecoveryActions.Retry, RecoveryActions.Compensate] : [RecoveryActions.Retry]);
        Record(
        [
            new ForeignRefundAcknowledged(Now, amount), new PaymentDifferencesSettled(Now, [.. differences.Select(known => known.DifferenceId)]),
            .. ShippingRules.Again(Order, Parcels(), [], Now), Acted(chosen),
        ]);
    }

    private static IEnumerable<string> Reasons(Won foreign, IEnumerable<PaymentDifference> differences) =>
        (foreign > Won.Zero ? new[] { $"{foreign} were given back at the payment team without us" } : []).Concat(differences.Select(known => known.Text));

    /// <summary>Every parcel of the order that was stopped and not replaced; derived from the order, so it is the same after a restart.</summary>
    private List<string> Parcels() => Order.TravellingShipments.Any()
        ? []
        : [.. Order.Shipments.Where(shipment => shipment is { ExchangeId: null, Status: ShipmentStatus.Cancelled }).Select(shipment => shipment.ShipmentId)];
}

/// <summary>
/// 대사 차이: a difference from the payment team's records, of an order whose goods have left or that has ended, waits for an operator: <c>retry</c>, it
/// was corrected there; <c>end</c>, it stays as it is.
/// </summary>
public sealed class PaymentDifferenceProcess(OrderRun run) : OrderProcess(run, ProcessNames.Paying, "payment-difference")
{
    private static readonly ActivityStep PaymentDifference = new("payment-difference", "decide about a payment that the payment team's books show otherwise");

    public override bool IsNeeded => IsNeededFor(Order);

    public static bool IsNeededFor(Order order) => !order.PaymentDifferences.IsEmpty && !ForeignMoneyProcess.IsNeededFor(order);

    protected override async Task ExecuteAsync()
    {
        while (Order.PaymentDifferences is [var difference, ..])
        {
            var chosen = await RequestInterventionAsync(
                PaymentDifference, difference.Text, [RecoveryActions.Retry, RecoveryActions.End], "the difference stays as it is; the note says why");
            Record(new PaymentDifferencesSettled(Now, [difference.DifferenceId]), Acted(chosen));
        }
    }
}

/// <summary>Goods that are stopped because of foreign refunds, of payment differences, or of a cancellation.</summary>
public static class StoppedGoods
{
    extension(Order order)
    {
        public Won ForeignRefundedInAll => order.Payments.Aggregate(Won.Zero, (sum, attempt) => sum + order.ForeignRefunded(attempt.Number));

        /// <summary>There is a foreign refund or a payment difference that no operator has decided about, and goods have not left.</summary>
        public bool GoodsAreStopped => (order.ForeignRefundedInAll > order.ForeignAcknowledged || !order.PaymentDifferences.IsEmpty)
            && !order.IsDelivered && !order.Shipments.Exists(shipment => shipment.IsUnderWay);

        /// <summary>Logistics is being asked to stop the parcel.</summary>
        public bool IsStopping(Shipment shipment) => order.IsCancellationPending || order.GoodsAreStopped
            || order.Refunds.Exists(refund => refund.AwaitingStop && shipment.Lines.Any(line => refund.Units.Any(unit => unit.ProductId == line.ProductId)));
    }
}
