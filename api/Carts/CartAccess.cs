using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;

namespace OrderOrchestration.Api.Carts;

/// <summary>Whose cart it is: a member's is named by the member, a guest's by a UUID that only the guest knows.</summary>
internal static class CartAccess
{
    public static bool IsGuest(string cartId) => Guid.TryParseExact(cartId, "D", out _);

    public static string? MemberOf(string cartId) => IsGuest(cartId) ? null : cartId;

    /// <summary>The problem of a caller that may not touch this cart; <c>null</c> for one that may.</summary>
    public static ProblemHttpResult? Refuse(ClaimsPrincipal user, string cartId)
    {
        if (IsGuest(cartId))
        {
            return null;
        }

        var caller = Caller.Of(user);
        return caller.IsStaff || caller.IsMember(cartId)
            ? null
            : user.Identity?.IsAuthenticated == true ? Problem.Forbidden() : Problem.Unauthorized();
    }
}
