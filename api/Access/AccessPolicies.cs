using Microsoft.AspNetCore.Authorization;
using OrderOrchestration.Activities.Store.Carts;

namespace OrderOrchestration.Api.Access;

/// <summary>
/// Names of the authorization policies (contract §1). Every endpoint declares one of them or allows anonymous callers; the fallback policy rejects all others.
/// A policy checks the owner of a cart or statement by the route values. The owner of an order is checked after the order was read (<see cref="OrderAccess"/>).
/// </summary>
internal static class AccessPolicies
{
    /// <summary>Any caller, also without a token. A token that is sent must be valid.</summary>
    public const string Anyone = "anyone";

    /// <summary>Customers, guests with the token of an order, and staff.</summary>
    public const string Orders = "orders";

    /// <summary>Customers and staff.</summary>
    public const string OrderLists = "order-lists";

    /// <summary>Customers only.</summary>
    public const string Customers = "customers";

    /// <summary>The member named by the route, and staff.</summary>
    public const string OwnMember = "own-member";

    /// <summary>The member named by the route, and administrators. Operators are excluded.</summary>
    public const string MemberOrAdministrator = "member-or-administrator";

    /// <summary>A guest's cart: every caller who knows its id. A member's cart: the member and staff.</summary>
    public const string OwnCart = "own-cart";

    /// <summary>The seller named by the route, and staff.</summary>
    public const string OwnSeller = "own-seller";

    /// <summary>Sellers and staff.</summary>
    public const string Payouts = "payouts";

    /// <summary>Operators and administrators.</summary>
    public const string Staff = "staff";

    /// <summary>Administrators.</summary>
    public const string Administrators = "administrators";

    public static void AddOrderPolicies(this IServiceCollection services) => services.AddAuthorizationBuilder()
        .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(IsUnmatchedRequest).Build())
        .AddPolicy(Anyone, policy => policy.RequireAssertion(HasValidOrNoToken))
        .Add(Orders, (caller, _) => caller.IsStaff || caller.MemberId is not null || caller.GuestOrderId is not null)
        .Add(OrderLists, (caller, _) => caller.IsStaff || caller.MemberId is not null)
        .Add(Customers, (caller, _) => caller.MemberId is not null)
        .Add(OwnMember, (caller, route) => caller.IsStaff || caller.IsMember(route("memberId")))
        .Add(MemberOrAdministrator, (caller, route) => caller.IsAdmin || caller.IsMember(route("memberId")))
        .Add(OwnSeller, (caller, route) => caller.IsStaff || caller.IsSeller(route("sellerId")))
        .Add(Payouts, (caller, _) => caller.IsStaff || caller.SellerId is not null)
        .Add(Staff, (caller, _) => caller.IsStaff)
        .Add(Administrators, (caller, _) => caller.IsAdmin)
        .AddPolicy(OwnCart, policy => policy.RequireAssertion(MayAccessCart));

    private static AuthorizationBuilder Add(this AuthorizationBuilder builder, string name, Func<Caller, Func<string, string>, bool> isAllowed) => builder.AddPolicy(
        name,
        policy => policy.RequireAuthenticatedUser().RequireAssertion(context => isAllowed(Caller.Of(context.User), part => RouteValue(context, part))));

    // A request that no route matches, or no method or media type of a route, is answered 404, 405 or 415 without authentication.
    private static bool IsUnmatchedRequest(AuthorizationHandlerContext context) =>
        context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint;

    private static bool HasValidOrNoToken(AuthorizationHandlerContext context) =>
        context.User.Identity?.IsAuthenticated == true || context.Resource is HttpContext { Request.Headers.Authorization.Count: 0 };

    private static bool MayAccessCart(AuthorizationHandlerContext context)
    {
        var cartId = RouteValue(context, "cartId");
        var caller = Caller.Of(context.User);
        return CartNames.IsGuest(cartId) ? HasValidOrNoToken(context) : caller.IsStaff || caller.IsMember(cartId);
    }

    private static string RouteValue(AuthorizationHandlerContext context, string part) =>
        (context.Resource as HttpContext)?.Request.RouteValues.GetValueOrDefault(part) as string ?? "";
}
