namespace EmbeddedTemporal.Persistence;

/// <summary>One atomic change of the store.</summary>
internal sealed class StoreCommit
{
    public List<RunWrite> Runs { get; } = [];

    public List<DocumentWrite> Documents { get; } = [];

    public List<string> DeletedRunIds { get; } = [];

    public bool IsEmpty => Runs.Count == 0 && Documents.Count == 0 && DeletedRunIds.Count == 0;
}

/// <summary>A run as it is now, and the events that are new since it was last written.</summary>
/// <param name="Run">The run.</param>
/// <param name="NewEvents">The batch to append, or null; a run's first write has one.</param>
internal sealed record RunWrite(RunRecord Run, HistoryBatch? NewEvents)
{
    /// <summary>Gets a value indicating whether this run becomes the newest of its workflow id.</summary>
    public bool MakeCurrent { get; init; }

    /// <summary>Gets a value indicating whether the run has begun or ceased to have work to do.</summary>
    public bool ChangesLiveness { get; init; }

    /// <summary>Gets what lists tell of a run that has closed (serialized <c>WorkflowExecutionInfo</c>), null while it is open or where that has not changed.</summary>
    public byte[]? Listing { get; init; }
}

/// <summary>A run, without its history.</summary>
/// <param name="IsLive">Whether the run has work to do after a restart: it is open, or others must still hear of its end.</param>
/// <param name="Facts">What its history does not tell (serialized <c>RunFacts</c>).</param>
internal sealed record RunRecord(string Namespace, string WorkflowId, string RunId, bool IsLive, byte[] Facts);

/// <summary>Events that were written together.</summary>
internal sealed record HistoryBatch(long FirstEventId, byte[] Events);

/// <summary>A named document; a null value removes it.</summary>
internal sealed record DocumentWrite(string Kind, string Key, byte[]? Value);
