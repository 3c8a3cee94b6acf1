namespace OrderOrchestration.Activities.Store.Idempotency;

/// <summary>
/// Idempotency keys (contract §1), retained for 15 days. The first request under a key runs under a lease, so that two concurrent requests never both
/// run, and the lease of a dead process expires. The next request that runs gets the same resource id, so it continues what the first one began and
/// does not repeat it.
/// </summary>
public interface IIdempotencyStore
{
    /// <summary>Claims the right to run.</summary>
    /// <param name="scope">A hash of caller, resource and key.</param>
    /// <param name="owner">Identifies this request.</param>
    /// <param name="resourceId">The id of what will be created, if this request is the first.</param>
    Task<IdempotencyClaim> ClaimAsync(
        string scope, string bodyHash, string resourceId, string owner, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Stores the answer for repeated requests. Without effect once the lease has passed to another request.</summary>
    Task CompleteAsync(string scope, string owner, ReadOnlyMemory<byte> answer, CancellationToken cancellationToken);

    /// <summary>Releases the lease without an answer, after a transient failure: the next request runs at once.</summary>
    Task ReleaseAsync(string scope, string owner, CancellationToken cancellationToken);

    /// <summary>Deletes keys and received events past their 15 days, guests' phones past 30; returns how many rows were deleted.</summary>
    Task<int> PurgeAsync(CancellationToken cancellationToken);
}

/// <summary>The result of a claim.</summary>
public enum IdempotencyOutcome
{
    /// <summary>Run: the caller has the right until the lease ends.</summary>
    Run,

    /// <summary>Another request under the key still runs.</summary>
    Running,

    /// <summary>The key was used with another body.</summary>
    OtherBody,

    /// <summary>There is an answer already.</summary>
    Answered,
}

/// <summary>A claim's outcome; the answer is set for <see cref="IdempotencyOutcome.Answered"/> only.</summary>
public sealed record IdempotencyClaim(IdempotencyOutcome Outcome, string ResourceId, ReadOnlyMemory<byte> Answer = default);
