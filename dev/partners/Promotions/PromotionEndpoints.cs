using OrderOrchestration.Partners.Http;

namespace OrderOrchestration.Partners.Promotions;

/// <summary>The promotion team's API (contract §2).</summary>
internal static class PromotionEndpoints
{
    public static void Map(IEndpointRouteBuilder api, PromotionTeam team)
    {
        api.MapGet("/coupons/{code}/validity", (string code, string? memberId, long amount) =>
            TypedResults.Ok(team.Check(code, memberId, amount)));
        api.MapPost("/coupons/{code}/redemptions", (string code, RedemptionRequest request) => Answer.Created(team.Redeem(code, request)));
        api.MapPost("/coupons/{code}/restorations", (string code, CouponRestorationRequest request) => Answer.Created(team.Restore(code, request)));
    }
}
