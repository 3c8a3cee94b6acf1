using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.Limits;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Persistence;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History;

/// <summary>Commits of transactions, and rollbacks to the persisted state.</summary>
internal sealed partial class WorkflowRun
{
    private async Task CommitAsync(RunTransaction tx)
    {
        var newRuns = tx.Successors.Select(successor => successor.Run).ToList();
        var turns = new List<AsyncLock.Releaser>(newRuns.Count);
        try
        {
            // A call that finds a new run in the store has to get this instance, and to wait until it is published.
            foreach (var run in newRuns)
            {
                turns.Add(await run.runLock.EnterAsync());
            }

            await StoreAsync(tx, tx.MakesCurrent ? [.. newRuns, this] : newRuns);
            foreach (var successor in tx.Successors)
            {
                engine.Register(successor.Run);
                successor.Run.Publish(successor);
            }

            if (tx.MakesCurrent)
            {
                engine.Register(this);
            }

            Publish(tx);
        }
        finally
        {
            turns.ForEach(turn => turn.Dispose());
        }

        AfterTransaction();
    }

    private async Task StoreAsync(RunTransaction tx, List<WorkflowRun> newRuns)
    {
        var commit = new StoreCommit();
        tx.AddTo(commit);
        if (commit.IsEmpty)
        {
            return;
        }

        newRuns.ForEach(engine.Announce);
        try
        {
            await engine.Store.CommitAsync(commit);
        }
        catch
        {
            newRuns.ForEach(engine.Forget);
            throw;
        }

        tx.NoteStored();
    }

    /// <summary>Updates the in-memory bookkeeping after a transaction.</summary>
    private void AfterTransaction()
    {
        isLive = State.IsLive;
        if (!isLive)
        {
            engine.OnClosed(this);
        }
    }

    /// <summary>Returns the workflow task and the events that are not persisted; null when everything is.</summary>
    private Unpersisted? FindUnpersisted() =>
        resident is { WorkflowTask: { } task } state && (state.IsAheadOfStore || task.Kind == WorkflowTaskKind.Speculative)
            ? new(task.Clone(), state.StoredEvents, state.Events[state.StoredEvents..])
            : null;

    /// <summary>Rolls back to the persisted state, plus the unpersisted workflow task that was dispatched to a worker before the transaction.</summary>
    private void Restore(Unpersisted? unpersisted)
    {
        if (engine.LoadState(Key.RunId) is not { } stored)
        {
            return;
        }

        resident = stored;
        if (unpersisted is { Events.Count: > 0 } && unpersisted.StoredEvents == stored.Events.Count)
        {
            unpersisted.Events.ForEach(stored.Append);
            stored.WorkflowTask = unpersisted.Task;
        }

        stored.WorkflowTask ??= unpersisted is { Task.Kind: WorkflowTaskKind.Speculative } ? unpersisted.Task : null;
        Updates.KeepOnly(stored.AdmittedUpdates);
        if (stored.WorkflowTask is not { IsStarted: true })
        {
            // The workflow task with these updates was not dispatched.
            Updates.Unsend();
        }
    }

    private async Task TerminateAsync(HistoryLimitException exceeded, Unpersisted? unpersisted)
    {
        Restore(unpersisted);
        try
        {
            var tx = new RunTransaction(this, State, engine.Clock.UtcNow);
            tx.Terminate(exceeded.Message, null, "history-service");
            await CommitAsync(tx);
        }
        catch
        {
            Restore(unpersisted);
            throw;
        }
    }

    /// <param name="StoredEvents">The number of persisted events.</param>
    /// <param name="Events">The events that are not persisted.</param>
    private sealed record Unpersisted(WorkflowTask Task, int StoredEvents, List<HistoryEvent> Events);
}
