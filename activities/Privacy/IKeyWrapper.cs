namespace OrderOrchestration.Activities.Privacy;

/// <summary>
/// Wraps customers' keys by master keys. The default takes master keys from configuration and files (<see cref="ConfiguredMasterKeys"/>); a key service
/// (KMS) is another implementation, registered before the store.
/// </summary>
public interface IKeyWrapper
{
    /// <summary>The master key that wraps new keys.</summary>
    string CurrentMasterKey { get; }

    /// <summary>Makes sure that every master key in use is there and is the one that wrapped; the message of what it throws is one line for an operator.</summary>
    /// <exception cref="MasterKeyException">One is missing, or is another.</exception>
    Task CheckAsync(IKeyStore keys, CancellationToken cancellationToken);

    /// <summary>The key wrapped by the current master key.</summary>
    ValueTask<byte[]> WrapAsync(string keyId, ReadOnlyMemory<byte> key, CancellationToken cancellationToken);

    /// <summary>Keys unwrapped, in the order in which they were given.</summary>
    /// <exception cref="MasterKeyException">A master key is missing, or is another.</exception>
    ValueTask<IReadOnlyList<byte[]>> UnwrapAsync(IReadOnlyList<StoredKey> keys, CancellationToken cancellationToken);
}

/// <summary>A master key is not to be had; the message says which and is meant for an operator.</summary>
public sealed class MasterKeyException(string message) : InvalidOperationException(message);
