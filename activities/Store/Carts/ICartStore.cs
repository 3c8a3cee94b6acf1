namespace OrderOrchestration.Activities.Store.Carts;

/// <summary>Stores carts. A change reads and writes in one transaction, so changes of one cart are serialized.</summary>
public interface ICartStore
{
    /// <summary>The cart; an empty one if it has no row.</summary>
    Task<Cart> FindAsync(string cartId, CancellationToken cancellationToken);

    /// <summary>Changes a cart and publishes what changed (<c>cart.item-added</c> and similar events) in the same transaction.</summary>
    Task<Cart> ChangeAsync(string cartId, Func<Cart, Cart> change, CancellationToken cancellationToken);

    /// <summary>Merges one cart into another and empties it.</summary>
    Task<Cart> MergeAsync(string cartId, string guestCartId, Func<Cart, Cart, Cart> merge, CancellationToken cancellationToken);

    /// <summary>Takes the items of a cart for an order; afterwards the cart is empty. A repeat for the same order returns the same items.</summary>
    /// <returns>What the order took; <c>null</c> if there is nothing to take.</returns>
    Task<Cart?> TakeAsync(string cartId, string orderId, CancellationToken cancellationToken);

    /// <summary>The order exists: publishes the removal of the taken items from the cart. Without effect if it took nothing.</summary>
    Task SettleAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>The order was not created: returns the taken items to the cart. Without effect if it took nothing.</summary>
    Task ReturnAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Orders that took a cart before a time and that were neither settled nor returned, oldest first.</summary>
    Task<IReadOnlyList<string>> UnsettledAsync(DateTimeOffset takenBefore, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes carts untouched since a time, and guests' carts past a number, the longest untouched first; guests' carts are deleted with their events.
    /// </summary>
    /// <returns>How many carts were deleted.</returns>
    Task<int> PurgeAsync(DateTimeOffset untouchedSince, int mostGuestCarts, CancellationToken cancellationToken);
}
