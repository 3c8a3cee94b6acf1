namespace EmbeddedTemporal.Persistence;

/// <summary>
/// Where runs live. A commit is on disk (or, in memory, visible) as a whole or not at all when its task completes; commits take effect in the
/// order in which they were handed over.
/// </summary>
internal interface IWorkflowStore : IAsyncDisposable
{
    /// <summary>Writes all of it atomically.</summary>
    /// <exception cref="StoreException">Nothing of it was written.</exception>
    Task CommitAsync(StoreCommit commit);

    /// <summary>Answers the run, or null.</summary>
    RunRecord? ReadRun(string runId);

    /// <summary>Answers the batches of events of a run, oldest first; each is a serialized <c>History</c>.</summary>
    IReadOnlyList<HistoryBatch> ReadHistory(string runId);

    /// <summary>Answers the id of the newest run of a workflow id, or null.</summary>
    string? ReadCurrentRunId(string namespaceName, string workflowId);

    /// <summary>Answers the ids of all runs that still have work to do.</summary>
    IReadOnlyList<string> ReadLiveRunIds();

    /// <summary>Answers the ids of all runs.</summary>
    IReadOnlyList<string> ReadAllRunIds();

    /// <summary>Answers what lists tell of the runs that have no work to do any more, each with its namespace.</summary>
    IEnumerable<(string Namespace, byte[] Listing)> ReadListings();

    /// <summary>Answers every document of a kind by key (namespaces, search attributes, schedules, ...).</summary>
    IReadOnlyDictionary<string, byte[]> ReadDocuments(string kind);
}
