using Microsoft.Data.Sqlite;

namespace EmbeddedTemporal.Persistence;

/// <summary>
/// A store in one SQLite file in WAL mode. A single writer thread writes all waiting commits in one transaction (group commit), so that they share one
/// disk flush; reads use their own connection.
/// </summary>
internal sealed class SqliteStore : IWorkflowStore
{
    /// <summary>The longest time the writer waits for more commits, in milliseconds: a multiple of every <see cref="GroupSize.Quiet"/>.</summary>
    private const int LongestPause = 12;

    private readonly SqliteConnection writeConnection;
    private readonly SqliteReader reader;
    private readonly Task writer;
    private readonly string file;
    private readonly FileStream fileLock;
    private readonly SeenWorkflowIds seen = new();
    private readonly Lock gate = new();
    private readonly AutoResetEvent arrived = new(initialState: false);
    private readonly GroupSize groupSize = new();
    private List<PendingCommit> waiting = [];
    private int wakeCount = 1;
    private bool isClosed;

    private SqliteStore(string file, FileStream fileLock, SqliteConnection writeConnection, SqliteReader reader)
    {
        this.fileLock = fileLock;
        this.file = file;
        this.writeConnection = writeConnection;
        this.reader = reader;
        foreach (var (namespaceName, workflowId) in reader.ReadWorkflowIds())
        {
            seen.Add(namespaceName, workflowId);
        }

        writer = Task.Factory.StartNew(WriteLoop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Opens or creates the file.</summary>
    /// <exception cref="StoreException">The file cannot be read or written, is damaged, in use, or was written by a newer version.</exception>
    public static SqliteStore Open(string file)
    {
        var fileLock = Lock(file);
        SqliteConnection? connection = null;
        try
        {
            connection = SqliteSchema.Open(file);
            return new SqliteStore(file, fileLock, connection, new SqliteReader(file));
        }
        catch
        {
            connection?.Dispose();
            fileLock.Dispose();
            throw;
        }
    }

    public Task CommitAsync(StoreCommit commit)
    {
        foreach (var write in commit.Runs)
        {
            if (write.MakeCurrent)
            {
                seen.Add(write.Run.Namespace, write.Run.WorkflowId);
            }
        }

        var pending = new PendingCommit(commit);
        lock (gate)
        {
            if (isClosed)
            {
                return Task.FromException(new StoreException($"Database {file} is closed."));
            }

            waiting.Add(pending);
            if (waiting.Count == wakeCount)
            {
                arrived.Set();
            }
        }

        return pending.Written.Task;
    }

    public RunRecord? ReadRun(string runId) => reader.ReadRun(runId);

    public IReadOnlyList<HistoryBatch> ReadHistory(string runId) => reader.ReadHistory(runId);

    public string? ReadCurrentRunId(string namespaceName, string workflowId) =>
        seen.MayContain(namespaceName, workflowId) ? reader.ReadCurrentRunId(namespaceName, workflowId) : null;

    public IReadOnlyList<string> ReadLiveRunIds() => reader.ReadRunIds(liveOnly: true);

    public IReadOnlyList<string> ReadAllRunIds() => reader.ReadRunIds(liveOnly: false);

    public IEnumerable<(string Namespace, byte[] Listing)> ReadListings() => reader.ReadListings();

    public IReadOnlyDictionary<string, byte[]> ReadDocuments(string kind) => reader.ReadDocuments(kind);

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (isClosed)
            {
                return;
            }

            isClosed = true;
            arrived.Set();
        }

        await writer;
        arrived.Dispose();
        reader.Dispose();
        await writeConnection.DisposeAsync();
        await fileLock.DisposeAsync();
    }

    /// <summary>Locks the file: two servers on one file would overwrite each other's changes of the same runs, so the second must not start.</summary>
    private static FileStream Lock(string file)
    {
        try
        {
            return new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"Cannot open database {file}: {failure.Message}", failure);
        }
    }

    private void WriteLoop()
    {
        using var statements = new SqliteStatements(writeConnection);
        var group = new List<PendingCommit>();
        while (TakeGroup(ref group))
        {
            WriteGroup(statements, group);
            group.Clear();
            WaitForGroup();
        }
    }

    /// <summary>Waits for more commits while many runs are active: a shared flush saves each of them more time than it waits.</summary>
    private void WaitForGroup()
    {
        if (CountWaiting() >= groupSize.Commits)
        {
            groupSize.Observe(atOnce: true);
            return;
        }

        if (groupSize.Commits == 1)
        {
            return;
        }

        for (var waited = 0; waited < LongestPause; waited += groupSize.Quiet)
        {
            var before = CountWaiting();
            if (WaitFor(groupSize.Commits, groupSize.Quiet))
            {
                groupSize.Observe(atOnce: false);
                return;
            }

            if (CountWaiting() == before)
            {
                groupSize.Missed();
                return;
            }
        }
    }

    /// <summary>Waits for commits and takes all of them; returns false once the store is closed and everything is written.</summary>
    private bool TakeGroup(ref List<PendingCommit> group)
    {
        WaitFor(1, Timeout.Infinite);
        lock (gate)
        {
            (group, waiting) = (waiting, group);
        }

        return group.Count > 0;
    }

    /// <summary>Waits until enough commits are waiting or the store is closed; returns false after the timeout in milliseconds.</summary>
    private bool WaitFor(int commits, int milliseconds)
    {
        lock (gate)
        {
            if (waiting.Count >= commits || isClosed)
            {
                return true;
            }

            arrived.Reset();
            wakeCount = commits;
        }

        return arrived.WaitOne(milliseconds);
    }

    private int CountWaiting()
    {
        lock (gate)
        {
            return waiting.Count;
        }
    }

    private void WriteGroup(SqliteStatements statements, List<PendingCommit> group)
    {
        try
        {
            statements.Write(group.Select(pending => pending.Commit));
        }
        catch (SqliteException failure)
        {
            var error = new StoreException($"Cannot write database {file}: {failure.Message}", failure);
            group.ForEach(pending => pending.Written.TrySetException(error));
            return;
        }

        groupSize.Written(othersCame: CountWaiting() > 0);
        group.ForEach(pending => pending.Written.TrySetResult());
    }

    private sealed record PendingCommit(StoreCommit Commit)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
