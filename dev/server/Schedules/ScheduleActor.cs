using System.Collections.Concurrent;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Persistence;
using EmbeddedTemporal.Time;
using Grpc.Core;
using Temporalio.Api.Common.V1;

namespace EmbeddedTemporal.Schedules;

/// <summary>
/// An active schedule: its state under a lock, a timer, and a watcher for each running workflow. Decisions are persisted before they are executed, with the
/// request id of the start, so that a start that is repeated after a crash is deduplicated.
/// </summary>
internal sealed class ScheduleActor(ScheduleState initial, ScheduleHost host) : IDisposable
{
    private readonly AsyncLock stateLock = new();
    private readonly CancellationTokenSource stopped = new();
    private readonly ConcurrentDictionary<WorkflowExecution, bool> watched = new();
    private ScheduleState state = initial;
    private byte[]? persisted;
    private ClockTimer? timer;
    private bool removed;

    /// <summary>Gets a value indicating whether the schedule still exists.</summary>
    public bool Exists => !removed;

    public string RequestId => state.RequestId;

    /// <summary>Resumes the schedule after a restart.</summary>
    public Task ResumeAsync() => UpdateAsync(_ => { }, (_, _) => { });

    /// <summary>Processes the elapsed time, applies a change, and executes the resulting actions.</summary>
    /// <param name="check">Validates by throwing, before anything else is done.</param>
    /// <param name="change">Changes the state; gets the current time.</param>
    public async Task UpdateAsync(Action<ScheduleState> check, Action<ScheduleState, DateTime> change)
    {
        using var turn = await stateLock.EnterAsync();
        RequireExisting();
        check(state);
        await AdvanceAsync(change);
    }

    /// <summary>Reads the state, after refreshing the outcomes of its running workflows.</summary>
    public async Task<T> ReadAsync<T>(Func<ScheduleState, T> read)
    {
        using var turn = await stateLock.EnterAsync();
        RequireExisting();
        if (await RefreshAsync())
        {
            await AdvanceAsync((_, _) => { });
        }
        return read(state);
    }

    /// <summary>Reads the state without refreshing it, for a list.</summary>
    public async Task<T> PeekAsync<T>(Func<ScheduleState, T> read)
    {
        using var turn = await stateLock.EnterAsync();
        return read(state);
    }

    /// <summary>Deletes the schedule. Workflows that it has started continue.</summary>
    public async Task RemoveAsync()
    {
        using var turn = await stateLock.EnterAsync();
        RequireExisting();
        await RemoveNowAsync();
    }

    public void Dispose()
    {
        stopped.Cancel();
        timer?.Cancel();
        stopped.Dispose();
    }

    private void RequireExisting()
    {
        if (removed)
        {
            throw ScheduleErrors.NotFound();
        }
    }

    private async Task AdvanceAsync(Action<ScheduleState, DateTime> change)
    {
        var now = host.Clock.UtcNow;
        state.ProcessElapsed(now);
        change(state, now);
        var next = state.ProcessElapsed(now);
        state.ProcessBackfills(now);
        await SaveAsync();
        var retry = await ActAsync();
        if (state.ExpiresAt(next) is { } expiry && expiry <= host.Clock.UtcNow)
        {
            await RemoveNowAsync();
            return;
        }
        WatchRunning();
        SetTimer(retry ? host.Clock.UtcNow.AddSeconds(1) : state.WakeAt(next, host.Clock.UtcNow));
    }

    private async Task SaveAsync()
    {
        var document = ScheduleDocument.Write(state);
        try
        {
            await host.SaveAsync(state, document);
            persisted = document;
        }
        catch (StoreException) when (persisted is not null)
        {
            // Roll back to the persisted state.
            state = ScheduleDocument.Read(persisted);
            throw;
        }
    }

    /// <returns>Whether a start failed with a transient error.</returns>
    private async Task<bool> ActAsync()
    {
        var retry = false;
        for (var repeat = state.Buffer.Count > 0; repeat;)
        {
            await RefreshAsync();
            var decision = OverlapDecision.Of(state.Buffer, state.HasRunning, state.PolicyOf);
            state.Info.OverlapSkipped += decision.Skipped;
            List<BufferedStart> left = [.. decision.Waiting];
            repeat = false;
            foreach (var start in decision.Overlapping.Concat(decision.Single is { } single ? [single] : []))
            {
                switch (await StartAsync(start, overlaps: start != decision.Single))
                {
                    case StartResult.Retry:
                        left.Insert(0, start);
                        retry = true;
                        break;
                    case StartResult.Dropped:
                        // A waiting action may be startable in its place.
                        repeat = true;
                        break;
                }
            }
            state.Buffer.Clear();
            state.Buffer.AddRange(left);
            repeat &= !retry && state.Buffer.Count > 0;
            await StopOthersAsync(decision);
            await SaveAsync();
        }
        return retry;
    }

    private async Task<StartResult> StartAsync(BufferedStart start, bool overlaps)
    {
        if (state.Schedule.Action.StartWorkflow is null || !state.TryTakeAction(start.Manual))
        {
            return StartResult.Dropped;
        }
        var request = ScheduledStart.Of(state, start);
        try
        {
            var runId = await host.Workflows.StartAsync(request);
            state.Started(start, new WorkflowExecution { WorkflowId = request.WorkflowId, RunId = runId }, host.Clock.UtcNow, overlaps);
            return StartResult.Started;
        }
        catch (RpcException rejected) when (ScheduleErrors.AlreadyStarted(rejected) is { } failure && failure.StartRequestId == start.RequestId)
        {
            // The workflow was started before a crash, and has closed since.
            state.Started(start, new WorkflowExecution { WorkflowId = request.WorkflowId, RunId = failure.RunId }, host.Clock.UtcNow, overlaps);
            return StartResult.Started;
        }
        catch (RpcException rejected) when (ScheduleErrors.MayPass(rejected) && host.Clock.UtcNow < start.GiveUpAfter)
        {
            return StartResult.Retry;
        }
        catch (RpcException)
        {
            return StartResult.Dropped;
        }
    }

    private async Task StopOthersAsync(OverlapDecision decision)
    {
        foreach (var execution in decision.Cancel || decision.Terminate ? state.Info.RunningWorkflows.ToList() : [])
        {
            await (decision.Terminate
                ? host.Workflows.TerminateAsync(state.Namespace, execution, state.Identity)
                : host.Workflows.CancelAsync(state.Namespace, execution, state.Identity));
        }
    }

    private async Task<bool> RefreshAsync()
    {
        var changed = false;
        foreach (var execution in state.Info.RunningWorkflows.ToList())
        {
            if (await host.Workflows.OutcomeAsync(state.Namespace, execution, wait: false, stopped.Token) is { } outcome)
            {
                state.Ended(execution, outcome);
                changed = true;
            }
        }
        return changed;
    }

    private void WatchRunning()
    {
        foreach (var execution in state.Info.RunningWorkflows)
        {
            if (watched.TryAdd(execution, true))
            {
                _ = WatchAsync(execution);
            }
        }
    }

    private Task WatchAsync(WorkflowExecution execution) => UnattendedAsync(
        async () =>
        {
            await host.Workflows.OutcomeAsync(state.Namespace, execution, wait: true, stopped.Token);
            using var turn = await stateLock.EnterAsync();
            watched.TryRemove(execution, out _);
            if (!removed && await RefreshAsync())
            {
                await AdvanceAsync((_, _) => { });
            }
        },
        afterFault: () =>
        {
            watched.TryRemove(execution, out _);
            SetTimer(host.Clock.UtcNow.AddSeconds(1));
        });

    private void SetTimer(DateTime? due)
    {
        timer?.Cancel();
        timer = due is { } time ? host.Clock.Schedule(time, WakeAsync) : null;
    }

    private Task WakeAsync() => UnattendedAsync(
        async () =>
        {
            using var turn = await stateLock.EnterAsync();
            if (!removed)
            {
                await AdvanceAsync((_, _) => { });
            }
        },
        afterFault: () => SetTimer(host.Clock.UtcNow.AddSeconds(1)));

    // Work of timers and watchers is not awaited: exceptions are reported, and end neither the server nor the schedule.
    private async Task UnattendedAsync(Func<Task> work, Action afterFault)
    {
        try
        {
            await work();
        }
#pragma warning disable CA1031 // Any exception; see above.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            if (!stopped.IsCancellationRequested)
            {
                host.OnFault(state.ScheduleId, fault);
                afterFault();
            }
        }
    }

    private async Task RemoveNowAsync()
    {
        await host.DeleteAsync(state);
        removed = true;
        timer?.Cancel();
        await stopped.CancelAsync();
    }

    private enum StartResult
    {
        Started,
        Dropped,
        Retry,
    }
}
