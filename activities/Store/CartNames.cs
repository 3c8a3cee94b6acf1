namespace OrderOrchestration.Activities.Store;

/// <summary>Whose cart a name is: <c>g-&lt;uuid&gt;</c> a guest's, every other name a member's, whatever it looks like (hotspot 2).</summary>
public static class CartNames
{
    private const string GuestPrefix = "g-";

    public static bool IsGuest(string cartId) =>
        cartId.StartsWith(GuestPrefix, StringComparison.Ordinal) && Guid.TryParseExact(cartId.AsSpan(GuestPrefix.Length), "D", out _);

    /// <summary>The member whose cart it is; <c>null</c> for a guest's.</summary>
    public static string? MemberOf(string cartId) => IsGuest(cartId) ? null : cartId;
}
