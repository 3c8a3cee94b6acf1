using EmbeddedTemporal.Frontend;
using EmbeddedTemporal.History.State;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History;

/// <summary>
/// The run's state in memory. The actor stays; its state goes while nobody needs it, and is read from the store again when somebody does. So
/// a run that sleeps costs little, however many there are.
/// </summary>
internal sealed partial class WorkflowRun
{
    private MutableState? resident = initial;
    private bool isDeleted;
    private volatile bool isLive = initial.IsLive;
    private volatile bool isRecent = true;

    /// <summary>Gets a value indicating whether the run still has work to do; may be out of date at once.</summary>
    public bool IsLive => isLive;

    /// <summary>Gets the state; only for those whose turn it is.</summary>
    private MutableState State
    {
        get
        {
            isRecent = true;
            if (resident is null)
            {
                resident = engine.LoadState(Key.RunId) ?? throw ServiceErrors.WorkflowNotFound(Key.WorkflowId, Key.RunId);
                engine.Residents.Add(this);
            }

            return resident;
        }
    }

    /// <summary>Gets a value indicating whether the state is not in memory; may be out of date at once.</summary>
    public bool IsUnloaded => resident is null;

    /// <summary>Lets go of the state, unless the run is at work or the store does not have all of it.</summary>
    public void Unload()
    {
        if (mailbox.TryEnter(out var turn))
        {
            using (turn)
            {
                resident = WhatTheStoreLacks() is null ? null : resident;
            }
        }
    }

    /// <summary>Lets go of the state, unless the run is at work, was used since this was asked last, or the store does not have all of it.</summary>
    public bool TryUnload()
    {
        if (!mailbox.TryEnter(out var turn))
        {
            return false;
        }

        using (turn)
        {
            if (isRecent || isDeleted || WhatTheStoreLacks() is not null)
            {
                isRecent = false;
                return isDeleted;
            }

            resident = null;
            return true;
        }
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
