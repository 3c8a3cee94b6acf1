using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store;

/// <summary>Keeps carts and addresses. A change reads and writes in one transaction, so changes of one cart take turns.</summary>
public interface ICartStore
{
    /// <summary>The cart; an empty one where nobody put anything in.</summary>
    Task<Cart> FindAsync(string cartId, CancellationToken cancellationToken);

    /// <summary>Changes a cart and publishes what changed (<c>cart.item-added</c> and its kin) in the same transaction.</summary>
    Task<Cart> ChangeAsync(string cartId, Func<Cart, Cart> change, CancellationToken cancellationToken);

    /// <summary>Merges one cart into another and empties it.</summary>
    Task<Cart> MergeAsync(string cartId, string guestCartId, Func<Cart, Cart, Cart> merge, CancellationToken cancellationToken);

    /// <summary>Adds an address of a member and publishes <c>order.shipping-address-added</c>; one that is there already stays as it is.</summary>
    Task AddAddressAsync(string memberId, string addressId, ShippingAddress address, CancellationToken cancellationToken);

    /// <summary>A member's addresses, oldest first.</summary>
    Task<IReadOnlyList<MemberAddress>> AddressesAsync(string memberId, CancellationToken cancellationToken);
}

/// <summary>One address of a member. Personal data: never logged.</summary>
public sealed record MemberAddress(
    string AddressId, string Recipient, string Phone, string PostalCode, string Address1, string? Address2 = null)
{
    public ShippingAddress ToShippingAddress() => new(Recipient, Phone, PostalCode, Address1, Address2);
}
