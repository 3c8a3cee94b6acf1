using System.Security.Claims;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;

namespace OrderOrchestration.Api.Claiming;

/// <summary><c>POST /v1/orders/claims</c>: a member claims the orders that it placed as a guest (비회원 주문 소급, hotspot 26).</summary>
internal static class ClaimingEndpoints
{
    private static readonly ClaimBodyValidator Claim = new();

    // Transient: it depends on a typed HTTP client, whose handlers IHttpClientFactory rotates.
    public static void AddClaiming(this IServiceCollection services) => services.AddTransient<ClaimOrders>();

    public static void MapClaiming(this IEndpointRouteBuilder orders) => orders.MapPost("/claims", ClaimAsync)
        .RequireAuthorization(AccessPolicies.Customers)
        .Accepts<ClaimBody>("application/json")
        .WithSummary("Claims the guest orders of the last 30 days with the member's phone number.")
        .WithDescription("Completed orders accrue their points at once, others when they complete. The guest's token of a claimed order ends.")
        .Produces<ClaimedOrders>()
        .ProducesProblems([ProblemTypes.PhoneNotTheMembers, ProblemTypes.PhoneNotVerifiable, .. IdempotentRequests.KeyProblems]);

    private static async Task<IResult> ClaimAsync(HttpContext context, ClaimsPrincipal user, IdempotentRequests requests, ClaimOrders claims)
    {
        var read = await RequestBody.ReadAsync(context, Claim);
        var memberId = Caller.Of(user).MemberId!;
        return read.Body is { Phone: { } phone } ? await requests.RunAsync(context, "c-", run => claims.RunAsync(memberId, phone, run)) : read.Problem!;
    }
}

/// <summary>The orders that became the member's.</summary>
public sealed record ClaimedOrders(IReadOnlyList<string> Claimed);
