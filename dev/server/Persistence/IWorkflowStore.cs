namespace EmbeddedTemporal.Persistence;

/// <summary>
/// The persistence store. Commits are atomic: when the returned task completes, all of the commit is durable (in memory: visible) or none of it. Commits take
/// effect in the order of the calls.
/// </summary>
internal interface IWorkflowStore : IAsyncDisposable
{
    /// <summary>Writes a commit atomically.</summary>
    /// <exception cref="StoreException">Nothing was written.</exception>
    Task CommitAsync(StoreCommit commit);

    /// <summary>Returns the run, or null.</summary>
    RunRecord? ReadRun(string runId);

    /// <summary>Returns a run's batches of history events, oldest first; each is a serialized <c>History</c>.</summary>
    IReadOnlyList<HistoryBatch> ReadHistory(string runId);

    /// <summary>Returns the id of the current run of a workflow id, or null.</summary>
    string? ReadCurrentRunId(string namespaceName, string workflowId);

    /// <summary>Returns the ids of all runs with pending work.</summary>
    IReadOnlyList<string> ReadLiveRunIds();

    /// <summary>Returns the ids of all runs.</summary>
    IReadOnlyList<string> ReadAllRunIds();

    /// <summary>Returns the visibility records of the runs without pending work, each with its namespace.</summary>
    IEnumerable<(string Namespace, byte[] Listing)> ReadListings();

    /// <summary>Returns every document of a kind by key (namespaces, search attributes, schedules, ...).</summary>
    IReadOnlyDictionary<string, byte[]> ReadDocuments(string kind);
}
