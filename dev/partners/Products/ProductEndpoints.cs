using OrderOrchestration.Partners.Http;

namespace OrderOrchestration.Partners.Products;

/// <summary>The product team's API (contract §2).</summary>
internal static class ProductEndpoints
{
    public static void Map(IEndpointRouteBuilder api, ProductTeam team)
    {
        api.MapGet("/products", () => TypedResults.Ok(team.All()));
        api.MapGet("/products/{productId}", (string productId) => TypedResults.Ok(team.Get(productId)));
        api.MapGet("/products/{productId}/similar", (string productId, int? limit) =>
            limit is < 1 or > 100 ? throw RefusalException.Invalid("limit is 1 to 100") : TypedResults.Ok(team.Similar(productId, limit ?? 3)));
        api.MapPost("/stock-reservations", (ReservationRequest request) =>
            Answer.Created(team.Reserve(request)));
        api.MapPost("/stock-reservations/{reservationId}/commit", (string reservationId) => TypedResults.Ok(team.Commit(reservationId)));
        api.MapDelete("/stock-reservations/{reservationId}", (string reservationId) => TypedResults.Ok(team.Release(reservationId)));
        api.MapPost("/stock-restorations", (RestorationRequest request) => TypedResults.Ok(team.Restore(request)));
    }
}
