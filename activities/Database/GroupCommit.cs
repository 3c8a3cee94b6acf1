using System.Data.Common;
using System.Threading.Channels;

namespace OrderOrchestration.Activities.Database;

/// <summary>
/// The only writer of an SQLite file. Writes that are queued at the same time are committed together (group commit), so that they share one flush to
/// disk. Every write has a savepoint, so a failed write does not affect the others. A write returns only once it is on disk.
/// </summary>
internal sealed class GroupCommit : IAsyncDisposable
{
    private const int LargestGroup = 64;
    private const string Savepoint = "write";

    private readonly Channel<Write> queue = Channel.CreateUnbounded<Write>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Func<CancellationToken, Task<DbConnection>> open;
    private readonly Task committing;
    private DbConnection? connection;

    /// <param name="open">Opens a connection to the file, ready for use.</param>
    public GroupCommit(Func<CancellationToken, Task<DbConnection>> open)
    {
        this.open = open;
        committing = Task.Run(CommitAsync);
    }

    /// <summary>Queues a write; returns after its commit.</summary>
    public async Task<T> WriteAsync<T>(Func<DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        var queued = new Write<T>(write, cancellationToken);
        ObjectDisposedException.ThrowIf(!queue.Writer.TryWrite(queued), this);
        return await queued.Done;
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await committing;
        await CloseAsync();
    }

    private async Task CommitAsync()
    {
        var group = new List<Write>();
        while (await queue.Reader.WaitToReadAsync())
        {
            while (group.Count < LargestGroup && queue.Reader.TryRead(out var write))
            {
                group.Add(write);
            }

            await CommitAsync(group);
            group.Clear();
        }
    }

    private async Task CommitAsync(List<Write> group)
    {
        try
        {
            connection ??= await open(CancellationToken.None);
            await using var transaction = await connection.BeginTransactionAsync();
            foreach (var write in group)
            {
                await transaction.SaveAsync(Savepoint);
                if (!await write.RunAsync(transaction))
                {
                    await transaction.RollbackAsync(Savepoint);
                }

                await transaction.ReleaseAsync(Savepoint);
            }

            await transaction.CommitAsync();
            group.ForEach(write => write.Committed());
        }
#pragma warning disable CA1031 // Every write must return, and later writes must still run.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // The file is gone, full or damaged: no write of the group is committed. The next group opens a new connection.
            group.ForEach(write => write.Failed(e));
            await CloseAsync();
        }
    }

    private async Task CloseAsync()
    {
        if (connection is { } opened)
        {
            connection = null;
            await opened.DisposeAsync();
        }
    }

    private abstract class Write
    {
        private readonly ExecutionContext? context = ExecutionContext.Capture();

        /// <summary>Runs in the execution context of the caller, so that its trace continues; returns whether it succeeded.</summary>
        public Task<bool> RunAsync(DbTransaction transaction)
        {
            if (context is null)
            {
                return TryAsync(transaction);
            }

            var running = Task.FromResult(false);
            ExecutionContext.Run(context, _ => running = TryAsync(transaction), null);
            return running;
        }

        public abstract void Committed();

        public abstract void Failed(Exception exception);

        protected abstract Task<bool> TryAsync(DbTransaction transaction);
    }

    private sealed class Write<T>(Func<DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken) : Write
    {
        private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Exception? failure;
        private T result = default!;

        public Task<T> Done => done.Task;

        public override void Committed()
        {
            if (failure is null)
            {
                done.TrySetResult(result);
            }
            else
            {
                Failed(failure);
            }
        }

        public override void Failed(Exception exception) => done.TrySetException(failure ?? exception);

        protected override async Task<bool> TryAsync(DbTransaction transaction)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                result = await write(transaction, cancellationToken);
            }
#pragma warning disable CA1031 // Any exception is returned to the caller of this write.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = e;
            }

            return failure is null;
        }
    }
}
