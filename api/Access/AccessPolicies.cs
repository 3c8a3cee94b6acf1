using Microsoft.AspNetCore.Authorization;
using OrderOrchestration.Activities.Store;

namespace OrderOrchestration.Api.Access;

/// <summary>
/// Who may call what (contract §1), by name. Every endpoint states one of these or that it is open; one that states nothing is closed to all.
/// Whose order, cart or statement it is, is part of the policy where the route names it; an order's owner is known once the order was read (<see cref="OrderAccess"/>).
/// </summary>
internal static class AccessPolicies
{
    /// <summary>Anybody; but a token that is sent must be a good one.</summary>
    public const string Anyone = "anyone";

    /// <summary>Customers, guests with the token of an order, and staff: those who can own an order or serve one.</summary>
    public const string Orders = "orders";

    /// <summary>Customers and staff.</summary>
    public const string OrderLists = "order-lists";

    /// <summary>Customers alone.</summary>
    public const string Customers = "customers";

    /// <summary>The member whom the route names, and staff.</summary>
    public const string OwnMember = "own-member";

    /// <summary>The member whom the route names, and administrators; no operator.</summary>
    public const string MemberOrAdministrator = "member-or-administrator";

    /// <summary>A guest's cart is open to who knows its name; a member's to the member and to staff.</summary>
    public const string OwnCart = "own-cart";

    /// <summary>The seller whom the route names, and staff.</summary>
    public const string OwnSeller = "own-seller";

    /// <summary>Sellers and staff.</summary>
    public const string Payouts = "payouts";

    /// <summary>Operators and administrators.</summary>
    public const string Staff = "staff";

    /// <summary>Administrators.</summary>
    public const string Administrators = "administrators";

    public static void AddOrderPolicies(this IServiceCollection services) => services.AddAuthorizationBuilder()
        .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(IsNoEndpointOfOurs).Build())
        .AddPolicy(Anyone, policy => policy.RequireAssertion(HasNoBadToken))
        .Add(Orders, (caller, _) => caller.IsStaff || caller.MemberId is not null || caller.GuestOrderId is not null)
        .Add(OrderLists, (caller, _) => caller.IsStaff || caller.MemberId is not null)
        .Add(Customers, (caller, _) => caller.MemberId is not null)
        .Add(OwnMember, (caller, route) => caller.IsStaff || caller.IsMember(route("memberId")))
        .Add(MemberOrAdministrator, (caller, route) => caller.IsAdmin || caller.IsMember(route("memberId")))
        .Add(OwnSeller, (caller, route) => caller.IsStaff || caller.IsSeller(route("sellerId")))
        .Add(Payouts, (caller, _) => caller.IsStaff || caller.SellerId is not null)
        .Add(Staff, (caller, _) => caller.IsStaff)
        .Add(Administrators, (caller, _) => caller.IsAdmin)
        .AddPolicy(OwnCart, policy => policy.RequireAssertion(MayTouchCart));

    private static AuthorizationBuilder Add(this AuthorizationBuilder builder, string name, Func<Caller, Func<string, string>, bool> admits) => builder.AddPolicy(
        name,
        policy => policy.RequireAuthenticatedUser().RequireAssertion(context => admits(Caller.Of(context.User), part => RouteValue(context, part))));

    // What no route matches, or no method or media type of a route, is answered as such: 404, 405 and 415 are no secrets.
    private static bool IsNoEndpointOfOurs(AuthorizationHandlerContext context) =>
        context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint;

    private static bool HasNoBadToken(AuthorizationHandlerContext context) =>
        context.User.Identity?.IsAuthenticated == true || context.Resource is HttpContext { Request.Headers.Authorization.Count: 0 };

    private static bool MayTouchCart(AuthorizationHandlerContext context)
    {
        var cartId = RouteValue(context, "cartId");
        var caller = Caller.Of(context.User);
        return CartNames.IsGuest(cartId) ? HasNoBadToken(context) : caller.IsStaff || caller.IsMember(cartId);
    }

    private static string RouteValue(AuthorizationHandlerContext context, string part) =>
        (context.Resource as HttpContext)?.Request.RouteValues.GetValueOrDefault(part) as string ?? "";
}
