namespace OrderOrchestration.Partners.State;

/// <summary>
/// The lock and the transaction boundary of the teams' state. State is read and changed inside a state transaction (<see cref="Turn"/>); a nested
/// transaction is part of the outer one. The outermost transaction writes its changes to the file before it releases the lock, so that callers, webhooks and
/// readers of the books see only durable state.
/// </summary>
internal sealed class TeamsState : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Kind, string Id), object?> changes = [];
    private readonly StateFile? file;
    private StateFileException? failure;
    private int depth;
    private bool closed;

    /// <param name="path">The state file; null: the state is in memory only.</param>
    /// <param name="key">Encrypts the documents; empty: no encryption.</param>
    /// <exception cref="StateFileException">The file cannot be used.</exception>
    public TeamsState(string? path, ReadOnlyMemory<byte> key = default) => file = path is null ? null : StateFile.Open(path, key);

    /// <summary>Acquires the lock and begins a state transaction; disposing the result commits it.</summary>
    /// <exception cref="StateFileException">An earlier change could not be written, so that the memory is ahead of the file.</exception>
    public Turn Enter()
    {
        gate.Enter();
        if (failure is { } earlier)
        {
            gate.Exit();
            throw new StateFileException(earlier.Message, earlier);
        }

        depth++;
        return new Turn(this);
    }

    /// <summary>Marks a document to be written at the end of the transaction, in its state at that time.</summary>
    public void Keep(string kind, string id, object document) => Change(kind, id, document);

    /// <summary>Marks a document to be deleted at the end of the transaction.</summary>
    public void Drop(string kind, string id) => Change(kind, id, null);

    /// <summary>The stored documents of a kind, oldest first.</summary>
    /// <exception cref="StateFileException">One of them cannot be read.</exception>
    public IReadOnlyList<T> Load<T>(string kind) => file?.Read<T>(kind) ?? [];

    /// <summary>Closes the file. Later changes fail, because they cannot be written.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            file?.Dispose();
        }
    }

    private void Change(string kind, string id, object? document)
    {
        if (!gate.IsHeldByCurrentThread)
        {
            throw new InvalidOperationException("state may be changed inside a state transaction only");
        }

        if (file is not null)
        {
            changes[(kind, id)] = document;
        }
    }

    private void Leave()
    {
        try
        {
            depth--;
            if (depth == 0 && changes.Count > 0)
            {
                Write();
            }
        }
        finally
        {
            gate.Exit();
        }
    }

    private void Write()
    {
        try
        {
            ObjectDisposedException.ThrowIf(closed, this);
            file!.Write(changes);
        }
        catch (Exception exception)
        {
            failure = exception as StateFileException ?? new StateFileException($"the teams' state can no longer be written: {exception.Message}", exception);
            throw failure;
        }
        finally
        {
            changes.Clear();
        }
    }

    /// <summary>A state transaction of one thread; disposing it commits.</summary>
    internal readonly ref struct Turn(TeamsState state) : IDisposable
    {
        public void Dispose() => state.Leave();
    }
}
