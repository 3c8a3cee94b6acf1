namespace OrderOrchestration.Activities.Store;

/// <summary>
/// Idempotency keys (contract §1), kept for 15 days. The first request under a key runs; while it runs it holds a lease, so that two at once never
/// both run, and a process that dies lets go of it. Whoever runs next gets the same resource id, so what the first began is met again, not repeated.
/// </summary>
public interface IIdempotencyStore
{
    /// <summary>Asks for the right to run.</summary>
    /// <param name="scope">A hash of caller, resource and key.</param>
    /// <param name="owner">Names this very request.</param>
    /// <param name="resourceId">The id of what will be created, if this request is the first.</param>
    Task<IdempotencyClaim> ClaimAsync(
        string scope, string bodyHash, string resourceId, string owner, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Keeps the answer for repetitions. Without effect once the lease passed to another.</summary>
    Task CompleteAsync(string scope, string owner, ReadOnlyMemory<byte> answer, CancellationToken cancellationToken);

    /// <summary>Lets go without an answer (the request failed for a reason that may pass): the next one runs at once.</summary>
    Task ReleaseAsync(string scope, string owner, CancellationToken cancellationToken);

    /// <summary>Forgets keys and received events past their 15 days, guests' phones past 30; answers how many rows went.</summary>
    Task<int> PurgeAsync(CancellationToken cancellationToken);
}

/// <summary>What became of a claim.</summary>
public enum IdempotencyOutcome
{
    /// <summary>Run: the right is yours until the lease ends.</summary>
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
