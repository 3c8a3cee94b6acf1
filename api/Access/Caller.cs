using System.Security.Claims;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Access;

/// <summary>Who asks, by the claims of its token (contract §1).</summary>
/// <param name="MemberId">The member of a customer's token.</param>
/// <param name="GuestOrderId">The one order that a guest's token opens.</param>
internal sealed record Caller(string? Subject, string? MemberId, string? GuestOrderId, bool IsStaff, bool IsAdmin, string? SellerId)
{
    public const string GuestOrderClaim = "guest_order";
    public const string RoleClaim = "role";

    public static Caller Of(ClaimsPrincipal user)
    {
        var subject = user.FindFirstValue("sub");
        var admin = user.IsInRole("admin");
        var staff = admin || user.IsInRole("operator");
        return new Caller(
            subject,
            user.IsInRole("customer") ? subject : null,
            user.FindFirstValue(GuestOrderClaim),
            staff,
            admin,
            user.IsInRole("seller") ? user.FindFirstValue("seller_id") : null);
    }

    /// <summary>Keeps callers' idempotency keys apart.</summary>
    public string Scope => GuestOrderId is { } orderId ? "guest:" + orderId : Subject is { } subject ? "subject:" + subject : "anonymous";

    /// <summary>How a change names who asked for it: a person's name is for staff only, customers stay anonymous in histories.</summary>
    public string By => IsStaff ? "operator:" + Subject : "customer";

    /// <summary>Whether this caller may see and touch an order: its own, or any for staff.</summary>
    public bool Owns(OrderView order) =>
        IsStaff
        || (MemberId is not null && string.Equals(order.MemberId, MemberId, StringComparison.Ordinal))
        || (GuestOrderId is not null && string.Equals(order.OrderId, GuestOrderId, StringComparison.Ordinal));

    public bool IsMember(string memberId) => string.Equals(MemberId, memberId, StringComparison.Ordinal);
}
