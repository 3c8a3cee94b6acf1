using Microsoft.Extensions.Options;

namespace OrderOrchestration.Activities.Privacy;

/// <summary>
/// Caches keys by their ids for a bounded time. The assignment of owners and orders to keys is cached longer: an order's key never changes, and a
/// customer whose key turns out to be destroyed gets a new one with the next write.
/// </summary>
internal sealed class KeyRing(IKeyStore store, IKeyWrapper wrapper, IOptions<KeyRingOptions> options, TimeProvider time) : IKeyRing
{
    private readonly ExpiringCache<DataKey> keys = new(options.Value.CacheSize, options.Value.CacheTime, time);
    private readonly ExpiringCache<string> owners = new(options.Value.CacheSize, TimeSpan.FromHours(1), time);
    private readonly ExpiringCache<string> orders = new(options.Value.CacheSize, TimeSpan.FromHours(1), time);

    public async ValueTask<DataKey> OfAsync(DataOwner owner, CancellationToken cancellationToken)
    {
        if (owner.Kind == DataOwnerKind.Order)
        {
            return await OfOrderAsync(owner.Id, cancellationToken);
        }

        if (owners.Find(owner.Name) is { } known && await FindAsync(known, cancellationToken) is { IsErased: false } key)
        {
            return key;
        }

        var stored = await store.FindCurrentAsync(owner.Name, cancellationToken)
            ?? await store.AddAsync(owner.Name, await FreshAsync(cancellationToken), cancellationToken);
        owners.Set(owner.Name, stored.KeyId);
        return await UnwrapAsync(stored, cancellationToken);
    }

    public async ValueTask AssignAsync(string orderId, DataOwner customer, CancellationToken cancellationToken)
    {
        if (orders.Find(orderId) is null)
        {
            await AssignNewAsync(orderId, customer, cancellationToken);
        }
    }

    public async ValueTask<IReadOnlyDictionary<string, DataKey>> FindAsync(IReadOnlyCollection<string> keyIds, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, DataKey>(StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var keyId in keyIds)
        {
            if (keys.Find(keyId) is { } key)
            {
                found[keyId] = key;
            }
            else
            {
                missing.Add(keyId);
            }
        }

        if (missing.Count > 0)
        {
            foreach (var key in await UnwrapAsync(await store.FindAsync(missing, cancellationToken), cancellationToken))
            {
                found[key.Id] = key;
            }
        }

        return found;
    }

    public async Task EraseAsync(DataOwner customer, IReadOnlyCollection<string> orderIds, CancellationToken cancellationToken)
    {
        foreach (var keyId in await store.EraseAsync(customer.Name, orderIds, cancellationToken))
        {
            keys.Set(keyId, DataKey.Erased(keyId));
        }
    }

    private async ValueTask<DataKey> OfOrderAsync(string orderId, CancellationToken cancellationToken)
    {
        if (orders.Find(orderId) is { } known && await FindAsync(known, cancellationToken) is { } key)
        {
            return key;
        }

        if (await store.FindOfOrderAsync(orderId, cancellationToken) is not { } stored)
        {
            return await AssignNewAsync(orderId, DataOwner.Guest(orderId), cancellationToken);
        }

        orders.Set(orderId, stored.KeyId);
        return await UnwrapAsync(stored, cancellationToken);
    }

    private async Task<DataKey> AssignNewAsync(string orderId, DataOwner customer, CancellationToken cancellationToken)
    {
        var stored = await store.AssignAsync(orderId, customer.Name, await FreshAsync(cancellationToken), cancellationToken);
        orders.Set(orderId, stored.KeyId);
        return await UnwrapAsync(stored, cancellationToken);
    }

    private async ValueTask<DataKey?> FindAsync(string keyId, CancellationToken cancellationToken) =>
        keys.Find(keyId) ?? (await FindAsync([keyId], cancellationToken)).GetValueOrDefault(keyId);

    private async Task<StoredKey> FreshAsync(CancellationToken cancellationToken)
    {
        var keyId = DataKey.NewId();
        return new StoredKey(keyId, await wrapper.WrapAsync(keyId, DataKey.NewSecret(), cancellationToken), wrapper.CurrentMasterKey);
    }

    private async Task<DataKey> UnwrapAsync(StoredKey stored, CancellationToken cancellationToken) =>
        keys.Find(stored.KeyId) ?? (await UnwrapAsync([stored], cancellationToken))[0];

    private async Task<IReadOnlyList<DataKey>> UnwrapAsync(IReadOnlyList<StoredKey> stored, CancellationToken cancellationToken)
    {
        var active = stored.Where(key => key.Wrapped is not null).ToList();
        var secrets = await wrapper.UnwrapAsync(active, cancellationToken);
        var unwrapped = active.Select((key, i) => DataKey.Of(key.KeyId, secrets[i]))
            .Concat(stored.Where(key => key.Wrapped is null).Select(key => DataKey.Erased(key.KeyId)))
            .ToList();
        foreach (var key in unwrapped)
        {
            keys.Set(key.Id, key);
        }

        return unwrapped;
    }
}
