namespace OrderOrchestration.Activities.Store.Carts;

/// <summary>The owner of a cart by its id: <c>g-&lt;uuid&gt;</c> is a guest's, any other id is a member's (hotspot 2).</summary>
public static class CartNames
{
    private const string GuestPrefix = "g-";

    public static bool IsGuest(string cartId) =>
        cartId.StartsWith(GuestPrefix, StringComparison.Ordinal) && Guid.TryParseExact(cartId.AsSpan(GuestPrefix.Length), "D", out _);

    /// <summary>The member whose cart it is; <c>null</c> for a guest's.</summary>
    public static string? MemberOf(string cartId) => IsGuest(cartId) ? null : cartId;
}
