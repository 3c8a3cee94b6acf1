using System.Security.Claims;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;

namespace OrderOrchestration.Api.Claiming;

/// <summary><c>POST /v1/orders/claims</c>: a member takes over what it ordered as a guest (비회원 주문 소급, hotspot 26).</summary>
internal static class ClaimingEndpoints
{
    private const int LongestPhone = 40;

    // Anew for each request: below is an HTTP client whose connections the factory renews.
    public static void AddClaiming(this IServiceCollection services) => services.AddTransient<ClaimOrders>();

    public static void MapClaiming(this IEndpointRouteBuilder orders) => orders.MapPost("/claims", ClaimAsync)
        .Accepts<ClaimBody>("application/json")
        .WithSummary("A member claims the orders of the last 30 days that it placed as a guest under its own phone.")
        .WithDescription("Completed orders accrue their points at once, others when they complete. A guest's token goes on opening its order.")
        .Produces<ClaimedOrders>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> ClaimAsync(HttpContext context, ClaimsPrincipal user, IdempotentRequests requests, ClaimOrders claims)
    {
        var caller = Caller.Of(user);
        if (caller.MemberId is not { } memberId)
        {
            return Problem.Forbidden();
        }

        var read = await JsonBody.ReadAsync<ClaimBody>(context.Request, context.RequestAborted);
        if (read.Body is not { } body)
        {
            return read.Problem!;
        }

        var errors = new ShapeErrors();
        errors.Text("phone", body.Phone, LongestPhone);
        errors.When(body.Phone is { } text && PhoneNumber.Normalise(text).Length == 0, "phone", "a phone number is needed");
        return errors.ToDictionary() is { Count: > 0 } wrong
            ? Problem.Malformed(wrong)
            : await requests.RunAsync(context, caller, read.Raw, required: false, "c-", run => claims.RunAsync(memberId, body.Phone!, run));
    }

    /// <summary>Body of a claim.</summary>
    internal sealed record ClaimBody(string? Phone);
}

/// <summary>The orders that became the member's.</summary>
public sealed record ClaimedOrders(IReadOnlyList<string> Claimed);
