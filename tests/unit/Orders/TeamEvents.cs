using System.Text.Json;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Tests.Unit.Orders;

/// <summary>Events of the payment team (결제팀).</summary>
internal static class Payment
{
    /// <summary>The open attempt is approved for the amount that was requested.</summary>
    public static PartnerEvent Approved(Order order) =>
        Approved(order.OpenAttempt!.Number, order.OpenAttempt!.Amount.Amount);

    public static PartnerEvent Approved(int attempt, long amount, string? id = null) =>
        Says(EventTypes.PartnerPaymentApproved, new { attempt, paymentId = $"pay-{attempt}", amount, approvalNumber = "a-" + attempt }, id ?? $"approved/{attempt}");

    public static PartnerEvent Declined(int attempt, string code = "limit-exceeded", string? id = null) =>
        Says(EventTypes.PartnerPaymentDeclined, new { attempt, paymentId = $"pay-{attempt}", code }, id ?? $"declined/{attempt}");

    public static PartnerEvent TimedOut(int attempt) =>
        Says(EventTypes.PartnerPaymentTimedOut, new { attempt, paymentId = $"pay-{attempt}" }, $"timed-out/{attempt}");

    public static PartnerEvent Cancelled(int attempt) =>
        Says(EventTypes.PartnerPaymentCancelled, new { attempt, paymentId = $"pay-{attempt}" }, $"cancelled/{attempt}");

    public static PartnerEvent Refunded(string refundId, long amount, string paymentId = "pay-1", string? id = null) =>
        Says(EventTypes.PartnerRefundCompleted, new { refundId, paymentId, amount }, id ?? $"refunded/{refundId}");

    public static PartnerEvent Says(string type, object data, string id) => Team.Says(type, data, id);
}

/// <summary>Events of the logistics team (물류팀).</summary>
internal static class Logistics
{
    public static PartnerEvent Says(string type, string shipmentId, string? id = null, string? waybill = "w-123") =>
        Team.Says(type, new { shipmentId, waybill, carrier = "CJ" }, id ?? $"{type}/{shipmentId}");

    public static PartnerEvent Failed(string shipmentId, int time) =>
        Team.Says(EventTypes.DeliveryFailed, new { shipmentId, reason = "recipient-absent" }, $"failed/{shipmentId}/{time}");

    public static PartnerEvent PickedUp(Order order, string returnId, string condition = "good") => Team.Says(
        EventTypes.ReturnPickedUp, new { pickupId = $"{order.OrderId}-{returnId}", condition }, $"picked-up/{returnId}");
}

/// <summary>Any team's event.</summary>
internal static class Team
{
    public static PartnerEvent Says(string type, object data, string? id = null, string? source = null) => new(
        id ?? type, source ?? EventTypes.SourceOf(type), type, "o-1", OrderSpecification.Start, JsonSerializer.SerializeToElement(data));

    public static PartnerEvent SaleStopped(string productId) => Says(EventTypes.SaleStopped, new { productId });
}
