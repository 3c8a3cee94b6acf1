namespace OrderOrchestration.Activities.Privacy;

/// <summary>The keys of customers as programs use them: cached for <see cref="KeyRingOptions.CacheTime"/>, fetched in batches.</summary>
public interface IKeyRing
{
    /// <summary>The key that encrypts what an owner's data is written anew; an owner without one gets it. An order whose customer was erased has the destroyed one.</summary>
    ValueTask<DataKey> OfAsync(DataOwner owner, CancellationToken cancellationToken);

    /// <summary>Says whose an order is, before anything of it is written; what was said first counts.</summary>
    /// <param name="customer">A member or a guest.</param>
    ValueTask AssignAsync(string orderId, DataOwner customer, CancellationToken cancellationToken);

    /// <summary>The keys of that name; one that the key store does not know is not among them.</summary>
    ValueTask<IReadOnlyDictionary<string, DataKey>> FindAsync(IReadOnlyCollection<string> keyIds, CancellationToken cancellationToken);

    /// <summary>Destroys every key of a customer, and those of orders, for good.</summary>
    Task EraseAsync(DataOwner customer, IReadOnlyCollection<string> orderIds, CancellationToken cancellationToken);
}
