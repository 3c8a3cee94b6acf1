namespace OrderOrchestration.Activities.Privacy;

/// <summary>The keys of customers as programs use them: cached for <see cref="KeyRingOptions.CacheTime"/>, fetched in batches.</summary>
public interface IKeyRing
{
    /// <summary>
    /// The key that encrypts newly written data of an owner; an owner without a key gets one. An order whose customer was erased has the destroyed key.
    /// </summary>
    ValueTask<DataKey> OfAsync(DataOwner owner, CancellationToken cancellationToken);

    /// <summary>Assigns an order to its customer, before any of its data is written; the first assignment counts.</summary>
    /// <param name="customer">A member or a guest.</param>
    ValueTask AssignAsync(string orderId, DataOwner customer, CancellationToken cancellationToken);

    /// <summary>The keys with these ids; unknown ids are left out.</summary>
    ValueTask<IReadOnlyDictionary<string, DataKey>> FindAsync(IReadOnlyCollection<string> keyIds, CancellationToken cancellationToken);

    /// <summary>Destroys every key of a customer, and those of orders, permanently.</summary>
    Task EraseAsync(DataOwner customer, IReadOnlyCollection<string> orderIds, CancellationToken cancellationToken);
}
