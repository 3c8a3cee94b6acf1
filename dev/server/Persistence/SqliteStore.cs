using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace EmbeddedTemporal.Persistence;

/// <summary>
/// One SQLite file in WAL mode. A single writer takes all commits that wait and writes them in one transaction, so that many runs share one
/// disk flush; readers use their own connection.
/// </summary>
internal sealed class SqliteStore : IWorkflowStore
{
    private const int LargestGroup = 512;
    private readonly Channel<PendingCommit> commits = Channel.CreateUnbounded<PendingCommit>(new() { SingleReader = true });
    private readonly SqliteConnection writeConnection;
    private readonly SqliteReader reader;
    private readonly Task writer;
    private readonly string file;
    private readonly FileStream fileLock;

    private SqliteStore(string file, FileStream fileLock, SqliteConnection writeConnection, SqliteReader reader)
    {
        this.fileLock = fileLock;
        this.file = file;
        this.writeConnection = writeConnection;
        this.reader = reader;
        writer = Task.Factory.StartNew(WriteLoop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Opens the file, or makes it.</summary>
    /// <exception cref="StoreException">It cannot be read or written, is damaged, or was written by a newer version.</exception>
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
        var pending = new PendingCommit(commit);
        return commits.Writer.TryWrite(pending)
            ? pending.Written.Task
            : Task.FromException(new StoreException($"Database {file} is closed."));
    }

    public RunRecord? ReadRun(string runId) => reader.ReadRun(runId);

    public IReadOnlyList<HistoryBatch> ReadHistory(string runId) => reader.ReadHistory(runId);

    public string? ReadCurrentRunId(string namespaceName, string workflowId) => reader.ReadCurrentRunId(namespaceName, workflowId);

    public IReadOnlyList<string> ReadLiveRunIds() => reader.ReadRunIds(liveOnly: true);

    public IReadOnlyList<string> ReadAllRunIds() => reader.ReadRunIds(liveOnly: false);

    public IReadOnlyDictionary<string, byte[]> ReadDocuments(string kind) => reader.ReadDocuments(kind);

    public async ValueTask DisposeAsync()
    {
        commits.Writer.TryComplete();
        await writer;
        reader.Dispose();
        await writeConnection.DisposeAsync();
        await fileLock.DisposeAsync();
    }

    /// <summary>Two servers on one file would each answer for runs that the other has moved on: the second must not start.</summary>
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
        var group = new List<PendingCommit>(LargestGroup);
        while (commits.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (group.Count < LargestGroup && commits.Reader.TryRead(out var next))
            {
                group.Add(next);
            }

            WriteGroup(statements, group);
            group.Clear();
        }
    }

    private void WriteGroup(SqliteStatements statements, List<PendingCommit> group)
    {
        try
        {
            using var transaction = writeConnection.BeginTransaction(deferred: false);
            foreach (var pending in group)
            {
                statements.Write(pending.Commit, transaction);
            }

            transaction.Commit();
        }
        catch (SqliteException failure)
        {
            var error = new StoreException($"Cannot write database {file}: {failure.Message}", failure);
            group.ForEach(pending => pending.Written.TrySetException(error));
            return;
        }

        group.ForEach(pending => pending.Written.TrySetResult());
    }

    private sealed record PendingCommit(StoreCommit Commit)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
