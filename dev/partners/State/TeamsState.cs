namespace OrderOrchestration.Partners.State;

/// <summary>
/// The one lock around everything the teams know, and the one transaction around everything that happens at once. Whoever reads or changes
/// state does so inside a turn; a turn within a turn is part of it. The outermost turn writes what was kept in it before it lets go, so
/// nobody (a caller, a webhook, a reader of the books) ever sees what would not outlive the process.
/// </summary>
internal sealed class TeamsState : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Kind, string Id), object?> changes = [];
    private readonly StateFile? file;
    private StateFileException? failure;
    private int depth;
    private bool closed;

    /// <param name="path">The state file; null keeps everything in memory.</param>
    /// <param name="key">Seals its documents; empty: they are in clear.</param>
    /// <exception cref="StateFileException">The file cannot be used.</exception>
    public TeamsState(string? path, ReadOnlyMemory<byte> key = default) => file = path is null ? null : StateFile.Open(path, key);

    /// <summary>Waits for the turn and takes it, until the answer is disposed.</summary>
    /// <exception cref="StateFileException">An earlier change could not be written: what is in memory is ahead of the file.</exception>
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

    /// <summary>Has a document written at the end of the turn, as it is then.</summary>
    public void Keep(string kind, string id, object document) => Change(kind, id, document);

    /// <summary>Has a document deleted at the end of the turn.</summary>
    public void Drop(string kind, string id) => Change(kind, id, null);

    /// <summary>The documents of a kind as an earlier server left them, oldest first.</summary>
    /// <exception cref="StateFileException">One of them cannot be read.</exception>
    public IReadOnlyList<T> Load<T>(string kind) => file?.Read<T>(kind) ?? [];

    /// <summary>Closes the file. What happens later is not kept, and so not done.</summary>
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
            throw new InvalidOperationException("state is changed inside a turn only");
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
            failure = exception as StateFileException ?? new StateFileException($"the teams' state can no longer be kept: {exception.Message}", exception);
            throw failure;
        }
        finally
        {
            changes.Clear();
        }
    }

    /// <summary>The turn of one thread; disposing it is leaving it.</summary>
    internal readonly ref struct Turn(TeamsState state) : IDisposable
    {
        public void Dispose() => state.Leave();
    }
}
