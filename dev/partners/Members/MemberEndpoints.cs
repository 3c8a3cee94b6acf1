using OrderOrchestration.Partners.Http;

namespace OrderOrchestration.Partners.Members;

/// <summary>The member team's API (contract §2).</summary>
internal static class MemberEndpoints
{
    public static void Map(IEndpointRouteBuilder api, MemberTeam team)
    {
        api.MapGet("/members/{memberId}", (string memberId) => TypedResults.Ok(team.Get(memberId)));
        api.MapPost("/members/{memberId}/point-uses", (string memberId, PointsRequest request) => Answer.Created(team.Use(memberId, request)));
        api.MapPost("/members/{memberId}/point-restorations", (string memberId, PointsRequest request) => Answer.Created(team.Restore(memberId, request)));
        api.MapPost("/members/{memberId}/point-accruals", (string memberId, PointsRequest request) => Answer.Created(team.Accrue(memberId, request)));
        api.MapPost("/members/{memberId}/point-clawbacks", (string memberId, PointsRequest request) => Answer.Created(team.ClawBack(memberId, request)));
        api.MapPost("/members/{memberId}/purchases", (string memberId, PurchaseRequest request) => TypedResults.Ok(team.Record(memberId, request)));
    }
}
