namespace OrderOrchestration.Activities.Privacy;

/// <summary>
/// Wraps customers' keys by master keys. The default takes master keys from configuration and files (<see cref="ConfiguredMasterKeys"/>); a key service
/// (KMS) is another implementation, registered before the store.
/// </summary>
public interface IKeyWrapper
{
    /// <summary>The master key that wraps new keys.</summary>
    string CurrentMasterKey { get; }

    /// <summary>Checks that every master key in use is present and unchanged; the exception's message is one line for an operator.</summary>
    /// <exception cref="MasterKeyException">A master key in use is missing, or has changed.</exception>
    Task CheckAsync(IKeyStore keys, CancellationToken cancellationToken);

    /// <summary>The key wrapped by the current master key.</summary>
    ValueTask<byte[]> WrapAsync(string keyId, ReadOnlyMemory<byte> key, CancellationToken cancellationToken);

    /// <summary>Keys unwrapped, in the order in which they were given.</summary>
    /// <exception cref="MasterKeyException">A master key is missing, or has changed.</exception>
    ValueTask<IReadOnlyList<byte[]>> UnwrapAsync(IReadOnlyList<StoredKey> keys, CancellationToken cancellationToken);
}

/// <summary>A master key is not available; the message names it for an operator.</summary>
public sealed class MasterKeyException(string message) : InvalidOperationException(message);
