namespace EmbeddedTemporal.Persistence;

/// <summary>An atomic write to the store.</summary>
internal sealed class StoreCommit
{
    public List<RunWrite> Runs { get; } = [];

    public List<DocumentWrite> Documents { get; } = [];

    public List<string> DeletedRunIds { get; } = [];

    public bool IsEmpty => Runs.Count == 0 && Documents.Count == 0 && DeletedRunIds.Count == 0;
}

/// <summary>A run's current record, and the events since its last write.</summary>
/// <param name="Run">The run's record.</param>
/// <param name="NewEvents">The batch to append, or null; a run's first write always has one.</param>
internal sealed record RunWrite(RunRecord Run, HistoryBatch? NewEvents)
{
    /// <summary>Gets a value indicating whether this run becomes the current run of its workflow id.</summary>
    public bool MakeCurrent { get; init; }

    /// <summary>Gets a value indicating whether the run's liveness (<see cref="RunRecord.IsLive"/>) has changed.</summary>
    public bool ChangesLiveness { get; init; }

    /// <summary>Gets the visibility record of a closed run (serialized <c>WorkflowExecutionInfo</c>), null while it is running or if it has not changed.</summary>
    public byte[]? Listing { get; init; }
}

/// <summary>A run without its history.</summary>
/// <param name="IsLive">Whether the run has pending work after a restart: it is running, or its close transfers are pending.</param>
/// <param name="Facts">The state that does not follow from history (serialized <c>RunFacts</c>).</param>
internal sealed record RunRecord(string Namespace, string WorkflowId, string RunId, bool IsLive, byte[] Facts);

/// <summary>History events of one write.</summary>
internal sealed record HistoryBatch(long FirstEventId, byte[] Events);

/// <summary>A write of a document; a null value deletes it.</summary>
internal sealed record DocumentWrite(string Kind, string Key, byte[]? Value);
