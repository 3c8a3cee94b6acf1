using EmbeddedTemporal.Persistence;

namespace OrderOrchestration.Tests.Server.Durability.Crashes;

/// <summary>A store whose power fails after a number of commits: what was written stays, and nothing is written or acknowledged any more.</summary>
/// <param name="disk">What survives.</param>
/// <param name="closesDisk">Whether the disk must be closed before it can be opened again.</param>
internal sealed class CrashingStore(IWorkflowStore disk, bool closesDisk) : IWorkflowStore
{
    private readonly Lock gate = new();
    private int left = int.MaxValue;
    private bool writesLast;

    public bool HasCrashed
    {
        get
        {
            lock (gate)
            {
                return left < 0;
            }
        }
    }

    /// <summary>Sets when the power fails.</summary>
    /// <param name="commits">How many commits still pass.</param>
    /// <param name="written">Whether the one after them is written although nobody hears of it.</param>
    public void CrashAfter(int commits, bool written)
    {
        lock (gate)
        {
            left = commits;
            writesLast = written;
        }
    }

    public async Task CommitAsync(StoreCommit commit)
    {
        var acknowledges = Take(out var writes);
        var written = writes ? disk.CommitAsync(commit) : Task.CompletedTask;
        await Task.Yield();
        await written;
        if (!acknowledges)
        {
            throw new StoreException("The power failed.");
        }
    }

    public RunRecord? ReadRun(string runId) => disk.ReadRun(runId);

    public IReadOnlyList<HistoryBatch> ReadHistory(string runId) => disk.ReadHistory(runId);

    public string? ReadCurrentRunId(string namespaceName, string workflowId) => disk.ReadCurrentRunId(namespaceName, workflowId);

    public IReadOnlyList<string> ReadLiveRunIds() => disk.ReadLiveRunIds();

    public IReadOnlyList<string> ReadAllRunIds() => disk.ReadAllRunIds();

    public IEnumerable<(string Namespace, byte[] Listing)> ReadListings() => disk.ReadListings();

    public IReadOnlyDictionary<string, byte[]> ReadDocuments(string kind) => disk.ReadDocuments(kind);

    public ValueTask DisposeAsync()
    {
        CrashAfter(-1, written: false);
        return closesDisk ? disk.DisposeAsync() : ValueTask.CompletedTask;
    }

    private bool Take(out bool writes)
    {
        lock (gate)
        {
            writes = left > 0 || (left == 0 && writesLast);
            var acknowledges = left > 0;
            if (left >= 0 && left != int.MaxValue)
            {
                left--;
            }

            return acknowledges;
        }
    }
}
