using System.Security.Claims;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Access;

/// <summary>The caller of a request, read from the claims of its token (contract §1).</summary>
/// <param name="Subject">The <c>sub</c> claim of a JSON Web Token.</param>
/// <param name="MemberId">The member id of a customer's token.</param>
/// <param name="GuestOrderId">The only order that a guest's token grants access to.</param>
internal sealed record Caller(string? Subject, string? MemberId, string? GuestOrderId, bool IsStaff, bool IsAdmin, string? SellerId)
{
    public const string GuestOrderClaim = "guest_order";
    public const string RoleClaim = "role";

    private static readonly Caller Anonymous = new(null, null, null, IsStaff: false, IsAdmin: false, SellerId: null);

    public static Caller Of(ClaimsPrincipal user)
    {
        if (user.Identity?.IsAuthenticated != true)
        {
            return Anonymous;
        }

        // Only the identity made by GuestTokenHandler grants access by order. A claim of the same name in an issuer's token is ignored.
        if (user.Identities.FirstOrDefault(identity => identity.AuthenticationType == GuestTokenHandler.Scheme) is { } guest)
        {
            return Anonymous with { GuestOrderId = guest.FindFirst(GuestOrderClaim)?.Value };
        }

        var subject = user.FindFirstValue("sub");
        var admin = user.IsInRole("admin");
        return new Caller(
            subject,
            user.IsInRole("customer") ? subject : null,
            null,
            admin || user.IsInRole("operator"),
            admin,
            user.IsInRole("seller") ? user.FindFirstValue("seller_id") : null);
    }

    /// <summary>Whether the request has a valid token.</summary>
    public bool IsKnown => Subject is not null || GuestOrderId is not null;

    /// <summary>Distinguishes callers in rate limits and idempotency scopes; <c>null</c> for an unauthenticated caller.</summary>
    public string? Name => GuestOrderId is { } orderId ? "guest:" + orderId : Subject is { } subject ? "subject:" + subject : null;

    /// <summary>The requester as recorded with a change. Staff are recorded with role and subject; customers are recorded without an id in histories.</summary>
    public string By => IsAdmin ? "admin:" + Subject : IsStaff ? "operator:" + Subject : "customer";

    /// <summary>
    /// Whether this caller may read and change an order. Staff may for every order, others for their own. After a member claimed a guest's order,
    /// the guest's token no longer grants access.
    /// </summary>
    public bool Owns(OrderView order) =>
        IsStaff
        || (MemberId is not null && string.Equals(order.MemberId, MemberId, StringComparison.Ordinal))
        || (GuestOrderId is not null && order.MemberId is null && string.Equals(order.OrderId, GuestOrderId, StringComparison.Ordinal));

    public bool IsMember(string memberId) => string.Equals(MemberId, memberId, StringComparison.Ordinal);

    public bool IsSeller(string sellerId) => string.Equals(SellerId, sellerId, StringComparison.Ordinal);
}
