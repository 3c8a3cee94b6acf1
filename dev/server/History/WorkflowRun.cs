using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.Limits;
using EmbeddedTemporal.History.Requests;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Persistence;
using EmbeddedTemporal.Time;
using Grpc.Core;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History;

/// <summary>
/// One run. Its transactions are serialized by a lock, and each is committed before its result is returned, dispatched or visible. The exception is the
/// start of a workflow task, which is sent to the worker before it is persisted (<see cref="RunTransaction.StartWorkflowTask"/>).
/// </summary>
internal sealed partial class WorkflowRun(HistoryEngine engine, MutableState initial)
{
    private readonly AsyncLock runLock = new();
    private readonly HashSet<Transfer> transfersInFlight = [];
    private ClockTimer? timer;
    private bool hasClockLock;

    public RunKey Key { get; } = initial.Key;

    /// <summary>Gets the notification of committed changes.</summary>
    public ChangeSignal Changed { get; } = new();

    /// <summary>Gets the notification of the run's close.</summary>
    public ChangeSignal Closed { get; } = new();

    /// <summary>Gets the updates that are admitted but neither accepted nor rejected.</summary>
    public UpdateRegistry Updates { get; } = new(initial.AdmittedUpdates.Values);

    /// <summary>Gets the queries that are buffered for a workflow task.</summary>
    public QueryRegistry Queries { get; } = new();

    public ServerLimits Limits => engine.Limits;

    /// <summary>Gets the retention of the run's namespace.</summary>
    public TimeSpan Retention => engine.RetentionOf(Key.Namespace);

    /// <summary>Reads the state between two transactions; an unpersisted workflow task start is persisted first.</summary>
    public async Task<T> ReadAsync<T>(Func<MutableState, T> read)
    {
        using var turn = await runLock.EnterAsync();
        if (State.IsAheadOfStore)
        {
            var tx = new RunTransaction(this, State, engine.Clock.UtcNow);
            tx.MarkDirty();
            await StoreAsync(tx, []);
        }

        return read(State);
    }

    /// <summary>Reads state that a workflow task start does not affect; unlike <see cref="ReadAsync"/> it does not persist such a start.</summary>
    public async Task<T> PeekAsync<T>(Func<MutableState, T> read)
    {
        using var turn = await runLock.EnterAsync();
        return read(State);
    }

    /// <summary>Executes one transaction and completes once it is committed.</summary>
    public async Task<T> ExecuteAsync<T>(Func<RunTransaction, T> body)
    {
        engine.Clock.Lock();
        try
        {
            using var turn = await runLock.EnterAsync();
            var tx = new RunTransaction(this, State, engine.Clock.UtcNow);
            var unpersisted = FindUnpersisted();
            try
            {
                var result = body(tx);
                HistoryLimits.Require(tx.State, Limits);
                await CommitAsync(tx);
                return result;
            }
            catch (HistoryLimitException exceeded)
            {
                await TerminateAsync(exceeded, unpersisted);
                throw ServiceErrors.InvalidArgument(exceeded.Message);
            }
            catch
            {
                Restore(unpersisted);
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

    /// <summary>Begins a run with the same workflow id that is committed together with this run's transaction.</summary>
    public RunTransaction BeginSuccessor(string runId, DateTime now) => engine.BeginRun(Key with { RunId = runId }, now);

    /// <summary>Returns the worker version that the run's task queue routes it to, and the revision number of the routing config.</summary>
    public (WorkerVersion? Version, long Revision) Target(MutableState state) =>
        engine.TaskQueues.Get(Key.Namespace, state.TaskQueue, QueueKind.Workflow).Routing.Target(Key.WorkflowId, state.UsesRampingVersion);

    /// <summary>Whether the target version differs from that of the sticky worker, which rules out the sticky queue. False if no version is current.</summary>
    public bool HasMovedOn(MutableState state) =>
        state.WorkflowTaskDirective is { IsPinned: false } directive && Target(state).Version is { } target && target != directive.Version;

    /// <summary>Returns the versioning information that the next run inherits on continue-as-new.</summary>
    public VersionInheritance InheritanceOf(MutableState state, ContinueAsNewVersioningBehavior initialBehavior, string taskQueue) =>
        VersionInheritance.ForContinuation(state, initialBehavior, taskQueue, engine.TaskQueues.Get(Key.Namespace, taskQueue, QueueKind.Workflow));

    public bool HasStickyWorker(string taskQueue) => engine.TaskQueues.Get(Key.Namespace, taskQueue, QueueKind.Workflow).HasRecentPoller;

    /// <summary>Aborts the updates and releases the queries that wait for a workflow task, after the run has closed.</summary>
    public void AbortPendingRequests()
    {
        Updates.Abort(continues: RunTransaction.NewExecutionRunId(State.CloseEvent).Length > 0);
        Queries.ReleaseAll();
    }

    /// <summary>Resumes all pending work after a restart.</summary>
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
        using var turn = await runLock.EnterAsync();
        Publish(new RunTransaction(this, State, engine.Clock.UtcNow), resumed: true);
    }

    /// <summary>Deletes the closed run from the store and cancels its timer.</summary>
    public async Task DeleteAsync()
    {
        using var turn = await runLock.EnterAsync();
        var commit = new StoreCommit();
        commit.DeletedRunIds.Add(Key.RunId);
        await engine.Store.CommitAsync(commit);
        engine.Forget(this);
        isDeleted = true;
        timer?.Cancel();
        timer = null;
        SetClockLock(false);
        Changed.Beat();
        Closed.Beat();
    }

    /// <summary>Dispatches tasks, timers and notifications of a committed transaction.</summary>
    internal void Publish(RunTransaction tx, bool resumed = false)
    {
        var state = State;
        SetClockLock(RunWork.PreventsTimeSkipping(state));
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

        foreach (var transfer in Transfer.Pending(state).Where(transfersInFlight.Add))
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
        // If the sticky worker has stopped polling since the task was scheduled, the normal queue is used.
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
            // The history exceeded a limit, so the run was terminated instead.
        }
        catch (StoreException)
        {
            // The transaction was rolled back, so the timer is still due and is retried.
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
            // The history exceeded a limit, so the run was terminated instead.
        }
        catch (StoreException)
        {
            // The transfer is still pending: it is delivered after the run's next transaction or after a restart.
        }
        finally
        {
            engine.Clock.Unlock();
            using var turn = await runLock.EnterAsync();
            transfersInFlight.Remove(transfer);
        }
    }

    private void SetClockLock(bool locked)
    {
        if (locked == hasClockLock)
        {
            return;
        }

        hasClockLock = locked;
        if (locked)
        {
            engine.Clock.Lock();
        }
        else
        {
            engine.Clock.Unlock();
        }
    }
}
