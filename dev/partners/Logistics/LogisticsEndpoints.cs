using OrderOrchestration.Partners.Http;

namespace OrderOrchestration.Partners.Logistics;

/// <summary>The logistics team's API (contract §2).</summary>
internal static class LogisticsEndpoints
{
    public static void Map(IEndpointRouteBuilder api, LogisticsTeam team)
    {
        api.MapGet("/serviceability", (string postalCode) => TypedResults.Ok(PostalCodes.Of(postalCode)));
        api.MapGet("/shipments/{shipmentId}", (string shipmentId) => TypedResults.Ok(team.Get(shipmentId)));
        api.MapPost("/shipments", (ShipmentRequest request) => Answer.Accepted(team.Ship(request)));
        api.MapPost("/shipments/{shipmentId}/cancel", (string shipmentId, ReasonGiven? _) => TypedResults.Ok(team.Cancel(shipmentId)));
        api.MapPut("/shipments/{shipmentId}/address", (string shipmentId, Address address) =>
            TypedResults.Ok(team.ChangeAddress(shipmentId, address)));
        api.MapPost("/shipments/{shipmentId}/return", (string shipmentId, ReasonGiven? _) => Answer.Accepted(team.Return(shipmentId)));
        api.MapPost("/return-pickups", (PickupRequest request) => Answer.Accepted(team.PickUp(request)));
    }
}
