namespace OrderOrchestration.Activities.Store;

/// <summary>Keeps carts. A change reads and writes in one transaction, so changes of one cart take turns.</summary>
public interface ICartStore
{
    /// <summary>The cart; an empty one where nobody put anything in.</summary>
    Task<Cart> FindAsync(string cartId, CancellationToken cancellationToken);

    /// <summary>Changes a cart and publishes what changed (<c>cart.item-added</c> and its kin) in the same transaction.</summary>
    Task<Cart> ChangeAsync(string cartId, Func<Cart, Cart> change, CancellationToken cancellationToken);

    /// <summary>Merges one cart into another and empties it.</summary>
    Task<Cart> MergeAsync(string cartId, string guestCartId, Func<Cart, Cart, Cart> merge, CancellationToken cancellationToken);

    /// <summary>
    /// Takes what is in a cart for an order: from then on the cart is empty to everybody else. The same order gets the same again, however often it asks.
    /// </summary>
    /// <returns>What the order took; <c>null</c> where there is nothing to take.</returns>
    Task<Cart?> TakeAsync(string cartId, string orderId, CancellationToken cancellationToken);

    /// <summary>The order exists: what it took is gone from its cart, and published as such. Without effect where it took nothing.</summary>
    Task SettleAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>The order came to nothing: what it took is back in its cart. Without effect where it took nothing.</summary>
    Task ReturnAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Orders that took a cart before a time and neither exist nor came to nothing as far as is known, oldest first.</summary>
    Task<IReadOnlyList<string>> UnsettledAsync(DateTimeOffset takenBefore, int limit, CancellationToken cancellationToken);

    /// <summary>Forgets carts untouched since a time, and guests' carts past a number, the longest untouched first; their events go with guests' carts.</summary>
    /// <returns>How many carts went.</returns>
    Task<int> PurgeAsync(DateTimeOffset untouchedSince, int mostGuestCarts, CancellationToken cancellationToken);
}
