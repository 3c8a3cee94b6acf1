using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.History.Updates;
using EmbeddedTemporal.Persistence;
using EmbeddedTemporal.Time;
using Grpc.Core;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History;

/// <summary>
/// One run, as an actor: its transactions run one after the other, and each is on disk before anything of it is answered, dispatched or seen;
/// but for the start of a workflow task, which goes out to its worker at once (<see cref="RunTransaction.StartWorkflowTask"/>).
/// </summary>
internal sealed partial class WorkflowRun(HistoryEngine engine, MutableState initial)
{
    private readonly AsyncLock mailbox = new();
    private readonly HashSet<Transfer> transfersUnderWay = [];
    private ClockTimer? timer;
    private bool holdsClock;

    public RunKey Key { get; } = initial.Key;

    /// <summary>Gets the beat that follows every change that is on disk.</summary>
    public Pulse Changed { get; } = new();

    /// <summary>Gets the beat that follows the run's end.</summary>
    public Pulse Closed { get; } = new();

    /// <summary>Gets the updates that no history knows of yet.</summary>
    public UpdateRegistry Updates { get; } = new(initial.AdmittedUpdates.Values);

    /// <summary>Gets the queries that wait for a workflow task.</summary>
    public QueryRegistry Queries { get; } = new();

    public ServerLimits Limits => engine.Limits;

    /// <summary>Gets how long the run is kept once it has closed.</summary>
    public TimeSpan Retention => engine.RetentionOf(Key.Namespace);

    /// <summary>Looks at the run between two transactions, as the store has it.</summary>
    public async Task<T> ReadAsync<T>(Func<MutableState, T> read)
    {
        using var turn = await mailbox.EnterAsync();
        if (State.IsAheadOfStore)
        {
            var tx = new RunTransaction(this, State, engine.Clock.UtcNow);
            tx.MarkDirty();
            await StoreAsync(tx, []);
        }

        return read(State);
    }

    /// <summary>Looks at what the start of a workflow task does not change; unlike <see cref="ReadAsync"/> it does not have such a start written.</summary>
    public async Task<T> PeekAsync<T>(Func<MutableState, T> read)
    {
        using var turn = await mailbox.EnterAsync();
        return read(State);
    }

    /// <summary>Runs one transaction and answers once it is on disk.</summary>
    public async Task<T> ExecuteAsync<T>(Func<RunTransaction, T> body)
    {
        engine.Clock.Lock();
        try
        {
            using var turn = await mailbox.EnterAsync();
            var tx = new RunTransaction(this, State, engine.Clock.UtcNow);
            var ahead = WhatTheStoreLacks();
            try
            {
                var answer = body(tx);
                HistoryLimits.Require(tx.State, Limits);
                await CommitAsync(tx);
                return answer;
            }
            catch (HistoryLimitException exceeded)
            {
                await TerminateAsync(exceeded, ahead);
                throw ServiceErrors.InvalidArgument(exceeded.Message);
            }
            catch
            {
                Restore(ahead);
                throw;
            }
        }
        finally
        {
            engine.Clock.Unlock();
        }
    }

    public Task ExecuteAsync(Action<RunTransaction> body) => ExecuteAsync(tx =>
    {
        body(tx);
        return true;
    });

    /// <summary>Begins the run that is committed together with this one's transaction, under the same workflow id.</summary>
    public RunTransaction BeginSuccessor(string runId, DateTime now) => engine.BeginRun(Key with { RunId = runId }, now);

    /// <summary>Answers the worker version that the run's queue routes it to, and the revision of the routing.</summary>
    public (WorkerVersion? Version, long Revision) Target(MutableState state) =>
        engine.TaskQueues.Get(Key.Namespace, state.TaskQueue, QueueKind.Workflow).Routing.Target(Key.WorkflowId, state.UsesRampingVersion);

    /// <summary>Whether the run should be on another version than its sticky worker: it must not go on there. Where no version is current it goes on.</summary>
    public bool HasMovedOn(MutableState state) =>
        state.WorkflowTaskDirective is { IsPinned: false } directive && Target(state).Version is { } target && target != directive.Version;

    /// <summary>Answers what the run hands on of its version to the one that continues it as new.</summary>
    public VersionInheritance InheritanceOf(MutableState state, ContinueAsNewVersioningBehavior asked, string taskQueue) =>
        VersionInheritance.ForContinuation(state, asked, taskQueue, engine.TaskQueues.Get(Key.Namespace, taskQueue, QueueKind.Workflow));

    public bool HasStickyWorker(string taskQueue) => engine.TaskQueues.Get(Key.Namespace, taskQueue, QueueKind.Workflow).HasRecentPoller;

    /// <summary>Lets go of those who wait for a workflow task that will not come.</summary>
    public void AbortPendingRequests()
    {
        Updates.Abort(continues: RunTransaction.NewExecutionRunId(State.CloseEvent).Length > 0);
        Queries.ReleaseAll();
    }

    /// <summary>After a restart: takes up everything that was pending.</summary>
    public async Task ResumeAsync()
    {
        await ExecuteAsync(tx =>
        {
            if (tx.State.HasBufferedEvents)
            {
                tx.ScheduleWorkflowTask();
            }
            else if (Updates.HasUnsent)
            {
                tx.ScheduleWorkflowTask(speculative: tx.State.LastCompletedWorkflowTaskStartedEventId > 0);
            }
        });
        using var turn = await mailbox.EnterAsync();
        Publish(new RunTransaction(this, State, engine.Clock.UtcNow), resumed: true);
    }

    /// <summary>Removes the closed run from the store; nothing of it happens any more.</summary>
    public async Task DeleteAsync()
    {
        using var turn = await mailbox.EnterAsync();
        var commit = new StoreCommit();
        commit.DeletedRunIds.Add(Key.RunId);
        await engine.Store.CommitAsync(commit);
        engine.Forget(this);
        isDeleted = true;
        timer?.Cancel();
        timer = null;
        HoldClock(false);
        Changed.Beat();
        Closed.Beat();
    }

    /// <summary>What a committed transaction sets off.</summary>
    internal void Publish(RunTransaction tx, bool resumed = false)
    {
        var state = State;
        HoldClock(RunWork.KeepsTime(state));
        if (state.WorkflowTask is { IsStarted: false } task && !state.IsPaused && (tx.DispatchesWorkflowTask || resumed))
        {
            DispatchWorkflowTask(state, task);
        }

        var activities = resumed ? state.Activities.Values : tx.ActivitiesToDispatch.AsEnumerable();
        foreach (var activity in activities.Where(activity => RunWork.IsWaitingForWorker(state, activity)))
        {
            engine.TaskQueues.Get(Key.Namespace, activity.TaskQueue, QueueKind.Activity)
                .Add(new QueuedActivityTask(this, activity.ScheduledEventId, activity.Current.Attempt, activity.TaskQueue)
                {
                    Directive = state.ActivityDirective,
                    Priority = state.PriorityOf(activity),
                });
        }

        foreach (var transfer in Transfer.Pending(state).Where(transfersUnderWay.Add))
        {
            _ = CallGuard.RunInBackgroundAsync(nameof(TransferAsync), () => TransferAsync(transfer));
        }

        ScheduleTimer(state);
        if (tx.VisibilityChanged || resumed)
        {
            engine.PublishVisibility(state);
        }

        tx.AfterCommit.ForEach(action => action());
        Changed.Beat();
        if (!state.IsRunning)
        {
            Closed.Beat();
        }
    }

    private void DispatchWorkflowTask(MutableState state, WorkflowTask task)
    {
        // A sticky worker may have gone since the task was scheduled; the run's own queue serves as well.
        var isSticky = task.IsSticky && HasStickyWorker(task.TaskQueue) && !HasMovedOn(state);
        engine.TaskQueues.Get(Key.Namespace, isSticky ? task.TaskQueue : state.TaskQueue, QueueKind.Workflow).Add(new QueuedWorkflowTask(this, task.Stamp)
        {
            Directive = state.WorkflowTaskDirective,
            Priority = state.Priority,
            IsSticky = isSticky,
        });
    }

    private void ScheduleTimer(MutableState state)
    {
        var due = RunDeadlines.Next(state);
        if (timer?.Due == due)
        {
            return;
        }

        timer?.Cancel();
        timer = due is { } time ? engine.Clock.Schedule(time, FireTimersAsync) : null;
    }

    private Task FireTimersAsync() => CallGuard.RunInBackgroundAsync(nameof(FireTimersAsync), async () =>
    {
        try
        {
            await ExecuteAsync(tx =>
            {
                timer = null;
                tx.FireDueTimers();
            });
        }
        catch (RpcException) when (!IsLive)
        {
            // Its history was at its limit: it was terminated instead.
        }
        catch (StoreException)
        {
            // Nothing happened; the deadline still stands and is tried again.
            engine.Clock.Schedule(engine.Clock.UtcNow.AddSeconds(1), FireTimersAsync);
        }
    });

    private async Task TransferAsync(Transfer transfer)
    {
        await Task.Yield();
        engine.Clock.Lock();
        try
        {
            await engine.Transfers.DeliverAsync(this, transfer);
        }
        catch (RpcException) when (!IsLive)
        {
            // Its history was at its limit: it was terminated instead.
        }
        catch (StoreException)
        {
            // Not delivered: it is still pending, and goes out with the next change or after a restart.
        }
        finally
        {
            engine.Clock.Unlock();
            using var turn = await mailbox.EnterAsync();
            transfersUnderWay.Remove(transfer);
        }
    }

    private void HoldClock(bool hold)
    {
        if (hold == holdsClock)
        {
            return;
        }

        holdsClock = hold;
        if (hold)
        {
            engine.Clock.Lock();
        }
        else
        {
            engine.Clock.Unlock();
        }
    }
}
