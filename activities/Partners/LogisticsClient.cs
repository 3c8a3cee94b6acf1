using System.Net;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Activities.Partners;

/// <summary>The logistics team's API (물류팀, contract §2).</summary>
public sealed class LogisticsClient(HttpClient http)
{
    public const string Team = "Logistics";

    private static readonly HttpStatusCode[] Done = [HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.NoContent];

    private readonly PartnerCaller team = new(http, Team);

    /// <summary>Whether a postal code is delivered to, and whether it is remote.</summary>
    public async Task<ServiceabilityFact> GetServiceabilityAsync(string postalCode, CancellationToken cancellationToken)
    {
        var reply = await team.GetAsync($"serviceability?postalCode={Uri.EscapeDataString(postalCode)}", [HttpStatusCode.OK], cancellationToken);
        return reply.Read<ServiceabilityFact>(_ => true);
    }

    public Task RequestShipmentAsync(
        string orderId, PlannedShipment shipment, ShippingAddress shipTo, string? note, string key, CancellationToken cancellationToken)
    {
        var body = new { shipment.ShipmentId, orderId, shipment.WarehouseId, shipment.Lines, shipTo, note };
        return team.ChangeAsync(HttpMethod.Post, "shipments", body, key, Done, cancellationToken);
    }

    /// <summary>Stops a shipment; <c>false</c>: too late. A shipment that the team does not know counts as stopped.</summary>
    public async Task<bool> StopAsync(string shipmentId, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(
            HttpMethod.Post, $"shipments/{Uri.EscapeDataString(shipmentId)}/cancel", new { }, key, [.. Done, HttpStatusCode.NotFound, HttpStatusCode.Conflict], cancellationToken);
        return reply.Status != HttpStatusCode.Conflict;
    }

    /// <summary>Changes a shipment's address; <c>false</c>: too late.</summary>
    public async Task<bool> ChangeAddressAsync(string shipmentId, ShippingAddress shipTo, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(
            HttpMethod.Put, $"shipments/{Uri.EscapeDataString(shipmentId)}/address", shipTo, key, [.. Done, HttpStatusCode.Conflict], cancellationToken);
        return reply.Status != HttpStatusCode.Conflict;
    }

    public Task ReturnAsync(string shipmentId, string reason, string key, CancellationToken cancellationToken) =>
        team.ChangeAsync(HttpMethod.Post, $"shipments/{Uri.EscapeDataString(shipmentId)}/return", new { reason }, key, Done, cancellationToken);

    public Task RequestPickupAsync(
        string orderId, string pickupId, IReadOnlyList<LineQuantity> lines, ShippingAddress from, string key, CancellationToken cancellationToken) =>
        team.ChangeAsync(HttpMethod.Post, "return-pickups", new { pickupId, orderId, lines, from }, key, Done, cancellationToken);
}
