using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Persistence;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History;

/// <summary>How a transaction reaches the store, and what becomes of the run where it does not.</summary>
internal sealed partial class WorkflowRun
{
    private async Task CommitAsync(RunTransaction tx)
    {
        var born = tx.Successors.Select(successor => successor.Run).ToList();
        var turns = new List<AsyncLock.Releaser>(born.Count);
        try
        {
            // Whoever finds a new run in the store must get this very actor, and wait until it is published.
            foreach (var run in born)
            {
                turns.Add(await run.mailbox.EnterAsync());
            }

            await StoreAsync(tx, tx.MakesCurrent ? [.. born, this] : born);
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

        Settle();
    }

    private async Task StoreAsync(RunTransaction tx, List<WorkflowRun> born)
    {
        var commit = new StoreCommit();
        tx.AddTo(commit);
        if (commit.IsEmpty)
        {
            return;
        }

        born.ForEach(engine.Announce);
        try
        {
            await engine.Store.CommitAsync(commit);
        }
        catch
        {
            born.ForEach(engine.Forget);
            throw;
        }

        tx.NoteStored();
    }

    /// <summary>A transaction is over.</summary>
    private void Settle()
    {
        isLive = State.IsLive;
        if (!isLive)
        {
            engine.OnClosed(this);
        }
    }

    /// <summary>Answers the workflow task, and its event if it has one, that the store does not know of; null when it has everything.</summary>
    private Ahead? WhatTheStoreLacks() =>
        resident is { WorkflowTask: { } task } state && (state.IsAheadOfStore || task.Kind == WorkflowTaskKind.Speculative)
            ? new(task.Clone(), state.StoredEvents, state.Events[state.StoredEvents..])
            : null;

    /// <summary>A transaction came to nothing: what the store has counts, and what went out to a worker before.</summary>
    private void Restore(Ahead? ahead)
    {
        if (engine.LoadState(Key.RunId) is not { } stored)
        {
            return;
        }

        resident = stored;
        if (ahead is { Events.Count: > 0 } && ahead.StoredEvents == stored.Events.Count)
        {
            ahead.Events.ForEach(stored.Append);
            stored.WorkflowTask = ahead.Task;
        }

        stored.WorkflowTask ??= ahead is { Task.Kind: WorkflowTaskKind.Speculative } ? ahead.Task : null;
        Updates.KeepOnly(stored.AdmittedUpdates);
        if (stored.WorkflowTask is not { IsStarted: true })
        {
            // The task that was to carry them did not go out.
            Updates.Unsend();
        }
    }

    private async Task TerminateAsync(HistoryLimitException exceeded, Ahead? ahead)
    {
        Restore(ahead);
        try
        {
            var tx = new RunTransaction(this, State, engine.Clock.UtcNow);
            tx.Terminate(exceeded.Message, null, "history-service");
            await CommitAsync(tx);
        }
        catch
        {
            Restore(ahead);
            throw;
        }
    }

    /// <param name="StoredEvents">How many events the store had.</param>
    /// <param name="Events">Those that it did not have.</param>
    private sealed record Ahead(WorkflowTask Task, int StoredEvents, List<HistoryEvent> Events);
}
