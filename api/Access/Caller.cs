using System.Security.Claims;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Access;

/// <summary>Who asks, by the claims of its token (contract §1).</summary>
/// <param name="Subject">The <c>sub</c> of a JSON Web Token.</param>
/// <param name="MemberId">The member of a customer's token.</param>
/// <param name="GuestOrderId">The one order that a guest's token opens.</param>
internal sealed record Caller(string? Subject, string? MemberId, string? GuestOrderId, bool IsStaff, bool IsAdmin, string? SellerId)
{
    public const string GuestOrderClaim = "guest_order";
    public const string RoleClaim = "role";

    private static readonly Caller Nobody = new(null, null, null, IsStaff: false, IsAdmin: false, SellerId: null);

    public static Caller Of(ClaimsPrincipal user)
    {
        if (user.Identity?.IsAuthenticated != true)
        {
            return Nobody;
        }

        // A claim of that name in an issuer's token opens nothing: only what our own handler of guests' tokens made does.
        if (user.Identities.FirstOrDefault(identity => identity.AuthenticationType == GuestTokenHandler.Scheme) is { } guest)
        {
            return Nobody with { GuestOrderId = guest.FindFirst(GuestOrderClaim)?.Value };
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

    /// <summary>Whether there is a good token at all.</summary>
    public bool IsKnown => Subject is not null || GuestOrderId is not null;

    /// <summary>Keeps callers apart, by what they can prove; <c>null</c> for one who proves nothing.</summary>
    public string? Name => GuestOrderId is { } orderId ? "guest:" + orderId : Subject is { } subject ? "subject:" + subject : null;

    /// <summary>How a change names who asked for it: a person's name is for staff only, customers stay anonymous in histories.</summary>
    public string By => IsAdmin ? "admin:" + Subject : IsStaff ? "operator:" + Subject : "customer";

    /// <summary>Whether this caller may see and touch an order: its own, or any for staff. A guest's order that a member claimed is the member's alone.</summary>
    public bool Owns(OrderView order) =>
        IsStaff
        || (MemberId is not null && string.Equals(order.MemberId, MemberId, StringComparison.Ordinal))
        || (GuestOrderId is not null && order.MemberId is null && string.Equals(order.OrderId, GuestOrderId, StringComparison.Ordinal));

    public bool IsMember(string memberId) => string.Equals(MemberId, memberId, StringComparison.Ordinal);

    public bool IsSeller(string sellerId) => string.Equals(SellerId, sellerId, StringComparison.Ordinal);
}
