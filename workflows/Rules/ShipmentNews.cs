using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.State;

namespace OrderOrchestration.Workflows.Rules;

/// <summary>
/// What an event of the logistics team tells about a parcel (seed §5.4). A parcel never goes back: news that come late are kept for what
/// they add, such as a waybill, and are ignored where they add nothing.
/// </summary>
/// <param name="Changed">The parcel after the news; <c>null</c> where they are ignored.</param>
/// <param name="Why">Why they are ignored.</param>
public sealed record ShipmentNews(Shipment? Changed, string? Why)
{
    public static ShipmentNews Read(Shipment shipment, PartnerEvent news)
    {
        var data = new EventData(news.Data);
        if (shipment.Status == ShipmentStatus.Cancelled)
        {
            return Ignored("the shipment was cancelled");
        }

        return news.Type switch
        {
            EventTypes.DispatchStarted => Move(shipment, ShipmentStatus.DispatchStarted, moved => moved with
            {
                EstimatedDelivery = data.Time("estimatedDelivery") ?? moved.EstimatedDelivery,
            }),
            EventTypes.Dispatched => Dispatched(shipment, data),
            EventTypes.PartnerShippingStarted => Move(shipment, ShipmentStatus.Shipping, moved => moved with { Waybill = moved.Waybill ?? data.Text("waybill") }),
            EventTypes.PartnerDelivered => Move(shipment, ShipmentStatus.Delivered, moved => moved with { DeliveredAt = data.Time("deliveredAt") ?? news.Time }),
            EventTypes.DeliveryFailed => Failed(shipment),
            EventTypes.ReturnedToSender => Move(shipment, ShipmentStatus.Returned, moved => moved),
            EventTypes.StatusUpdated => WhileTravelling(
                shipment, moved => moved.At(new ShipmentLocation(news.Time, data.Text("status") ?? "updated", data.Text("location")))),
            EventTypes.ScheduleChanged => WhileTravelling(shipment, moved => moved with { EstimatedDelivery = data.Time("newDate") ?? moved.EstimatedDelivery }),
            _ => Ignored("the event says nothing about a shipment"),
        };
    }

    private static ShipmentNews Dispatched(Shipment shipment, EventData data)
    {
        var named = shipment with { Waybill = shipment.Waybill ?? data.Text("waybill"), Carrier = shipment.Carrier ?? data.Text("carrier") };
        var move = Move(shipment, ShipmentStatus.Dispatched, _ => named);
        return move.Changed is null && named != shipment ? new ShipmentNews(named, null) : move;
    }

    /// <summary>Each failed delivery counts, though the parcel was failing already.</summary>
    private static ShipmentNews Failed(Shipment shipment) =>
        ShipmentRank.Of(shipment.Status) <= ShipmentRank.Of(ShipmentStatus.DeliveryFailed)
            ? new ShipmentNews(shipment with { Status = ShipmentStatus.DeliveryFailed, FailedDeliveries = shipment.FailedDeliveries + 1 }, null)
            : AlreadyBeyond(shipment);

    private static ShipmentNews Move(Shipment shipment, ShipmentStatus to, Func<Shipment, Shipment> change) =>
        ShipmentRank.Of(to) > ShipmentRank.Of(shipment.Status)
            ? new ShipmentNews(change(shipment) with { Status = to }, null)
            : AlreadyBeyond(shipment);

    private static ShipmentNews WhileTravelling(Shipment shipment, Func<Shipment, Shipment> change) =>
        ShipmentRank.Of(shipment.Status) < ShipmentRank.Of(ShipmentStatus.Delivered) ? new ShipmentNews(change(shipment), null) : AlreadyBeyond(shipment);

    private static ShipmentNews AlreadyBeyond(Shipment shipment) =>
        Ignored($"the shipment is already {OrderSearchAttributes.Name(shipment.Status)}");

    private static ShipmentNews Ignored(string why) => new(null, why);
}
