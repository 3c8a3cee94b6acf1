namespace OrderOrchestration.Activities.Privacy;

/// <summary>The store of wrapped keys: a separate store, so that no copy of orders or of Temporal can be read without it.</summary>
public interface IKeyStore
{
    /// <summary>Keys by their ids.</summary>
    Task<IReadOnlyList<StoredKey>> FindAsync(IReadOnlyCollection<string> keyIds, CancellationToken cancellationToken);

    /// <summary>The key that an owner's data is encrypted with now; <c>null</c> if it has none, or only destroyed ones.</summary>
    Task<StoredKey?> FindCurrentAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Adds a key unless its owner has got one in the meantime; returns the owner's key.</summary>
    Task<StoredKey> AddAsync(string owner, StoredKey fresh, CancellationToken cancellationToken);

    /// <summary>The key of an order's customer; <c>null</c> if the order is not assigned.</summary>
    Task<StoredKey?> FindOfOrderAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>
    /// Assigns an order to its owner, and thereby the key that encrypts its data; an owner without a key gets the fresh one. Returns the key of the
    /// first assignment.
    /// </summary>
    Task<StoredKey> AssignAsync(string orderId, string owner, StoredKey fresh, CancellationToken cancellationToken);

    /// <summary>The orders that got an owner's key since a time; some may not be in the order store yet.</summary>
    Task<IReadOnlyList<string>> RecentOrdersAsync(string owner, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>The owners of keys, by key.</summary>
    Task<IReadOnlyDictionary<string, string>> OwnersAsync(IReadOnlyCollection<string> keyIds, CancellationToken cancellationToken);

    /// <summary>Destroys every key of an owner, and those of orders; returns their ids. An owner that never had a key is recorded as erased, too.</summary>
    Task<IReadOnlyList<string>> EraseAsync(string owner, IReadOnlyCollection<string> orderIds, CancellationToken cancellationToken);

    /// <summary>When an owner's newest key was destroyed; <c>null</c> if it has an active one, or never had any.</summary>
    Task<DateTimeOffset?> ErasedAtAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Some keys that are wrapped by another master key than this one, after a key in the order of ids.</summary>
    Task<IReadOnlyList<StoredKey>> WrappedByOthersAsync(string masterKeyId, string after, int limit, CancellationToken cancellationToken);

    /// <summary>Replaces the wrapping of keys, each unless it changed meanwhile.</summary>
    Task RewrapAsync(IReadOnlyList<(StoredKey Before, StoredKey After)> keys, CancellationToken cancellationToken);

    /// <summary>The ids of master keys that wrap active keys.</summary>
    Task<IReadOnlyList<string>> MasterKeysInUseAsync(CancellationToken cancellationToken);

    /// <summary>A fingerprint that detects a changed master key; the first that is added counts.</summary>
    Task<byte[]> MasterKeyCheckAsync(string masterKeyId, byte[] fresh, CancellationToken cancellationToken);
}

/// <summary>A customer's key at rest.</summary>
/// <param name="Wrapped">The key, encrypted by the master key; <c>null</c>: it was destroyed.</param>
public sealed record StoredKey(string KeyId, ReadOnlyMemory<byte>? Wrapped, string MasterKeyId);
