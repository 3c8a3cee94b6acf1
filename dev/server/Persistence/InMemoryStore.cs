namespace EmbeddedTemporal.Persistence;

/// <summary>The in-memory store of a server without a database file: the same semantics, without durability.</summary>
internal sealed class InMemoryStore : IWorkflowStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, RunRecord> runs = [];
    private readonly Dictionary<string, List<HistoryBatch>> histories = [];
    private readonly Dictionary<string, byte[]> listings = [];
    private readonly Dictionary<(string Namespace, string WorkflowId), string> current = [];
    private readonly Dictionary<string, Dictionary<string, byte[]>> documents = [];

    public Task CommitAsync(StoreCommit commit)
    {
        lock (gate)
        {
            foreach (var write in commit.Runs)
            {
                Write(write);
            }

            foreach (var write in commit.Documents)
            {
                Write(write);
            }

            foreach (var runId in commit.DeletedRunIds)
            {
                Delete(runId);
            }
        }

        return Task.CompletedTask;
    }

    public RunRecord? ReadRun(string runId)
    {
        lock (gate)
        {
            return runs.GetValueOrDefault(runId);
        }
    }

    public IReadOnlyList<HistoryBatch> ReadHistory(string runId)
    {
        lock (gate)
        {
            return histories.TryGetValue(runId, out var batches) ? [.. batches] : [];
        }
    }

    public string? ReadCurrentRunId(string namespaceName, string workflowId)
    {
        lock (gate)
        {
            return current.GetValueOrDefault((namespaceName, workflowId));
        }
    }

    public IReadOnlyList<string> ReadLiveRunIds()
    {
        lock (gate)
        {
            return [.. runs.Values.Where(run => run.IsLive).Select(run => run.RunId)];
        }
    }

    public IReadOnlyList<string> ReadAllRunIds()
    {
        lock (gate)
        {
            return [.. runs.Keys];
        }
    }

    public IEnumerable<(string Namespace, byte[] Listing)> ReadListings()
    {
        lock (gate)
        {
            return [.. listings.Where(listing => !runs[listing.Key].IsLive).Select(listing => (runs[listing.Key].Namespace, listing.Value))];
        }
    }

    public IReadOnlyDictionary<string, byte[]> ReadDocuments(string kind)
    {
        lock (gate)
        {
            return documents.TryGetValue(kind, out var found) ? new Dictionary<string, byte[]>(found) : [];
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Write(RunWrite write)
    {
        runs[write.Run.RunId] = write.Run;
        if (write.Listing is not null)
        {
            listings[write.Run.RunId] = write.Listing;
        }

        if (write.MakeCurrent)
        {
            current[(write.Run.Namespace, write.Run.WorkflowId)] = write.Run.RunId;
        }

        if (write.NewEvents is null)
        {
            return;
        }

        if (!histories.TryGetValue(write.Run.RunId, out var batches))
        {
            histories[write.Run.RunId] = batches = [];
        }

        batches.Add(write.NewEvents);
    }

    private void Write(DocumentWrite write)
    {
        if (!documents.TryGetValue(write.Kind, out var ofKind))
        {
            documents[write.Kind] = ofKind = [];
        }

        if (write.Value is null)
        {
            ofKind.Remove(write.Key);
        }
        else
        {
            ofKind[write.Key] = write.Value;
        }
    }

    private void Delete(string runId)
    {
        histories.Remove(runId);
        listings.Remove(runId);
        if (runs.Remove(runId, out var run) && current.GetValueOrDefault((run.Namespace, run.WorkflowId)) == runId)
        {
            current.Remove((run.Namespace, run.WorkflowId));
        }
    }
}
