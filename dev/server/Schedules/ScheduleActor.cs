using System.Collections.Concurrent;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Persistence;
using EmbeddedTemporal.Time;
using Grpc.Core;
using Temporalio.Api.Common.V1;

namespace EmbeddedTemporal.Schedules;

/// <summary>
/// A schedule at work: a mailbox, a timer, and a watch on each workflow it waits for. What it decides is on disk before it is done, with the
/// id of the request it will make, so that after a crash the same start is made again and found to be made already.
/// </summary>
internal sealed class ScheduleActor(ScheduleState initial, ScheduleHost host) : IDisposable
{
    private readonly AsyncLock mailbox = new();
    private readonly CancellationTokenSource stopped = new();
    private readonly ConcurrentDictionary<WorkflowExecution, bool> watched = new();
    private ScheduleState state = initial;
    private byte[]? kept;
    private ClockTimer? timer;
    private bool removed;

    /// <summary>Gets whether the schedule still exists.</summary>
    public bool Exists => !removed;

    public string RequestId => state.RequestId;

    /// <summary>Takes up work after a start of the server.</summary>
    public Task ResumeAsync() => UpdateAsync(_ => { }, (_, _) => { });

    /// <summary>Lets the time that has passed take effect, then a change, then acts on both.</summary>
    /// <param name="check">Refuses by throwing, before anything happens.</param>
    /// <param name="change">Changes the state; it is given the time.</param>
    public async Task UpdateAsync(Action<ScheduleState> check, Action<ScheduleState, DateTime> change)
    {
        using var turn = await mailbox.EnterAsync();
        RequireExisting();
        check(state);
        await AdvanceAsync(change);
    }

    /// <summary>Reads the state, after hearing how those it counts as running have fared.</summary>
    public async Task<T> ReadAsync<T>(Func<ScheduleState, T> read)
    {
        using var turn = await mailbox.EnterAsync();
        RequireExisting();
        if (await RefreshAsync())
        {
            await AdvanceAsync((_, _) => { });
        }
        return read(state);
    }

    /// <summary>Reads the state as it stands, for a list.</summary>
    public async Task<T> PeekAsync<T>(Func<ScheduleState, T> read)
    {
        using var turn = await mailbox.EnterAsync();
        return read(state);
    }

    /// <summary>Ends the schedule. What it has started goes on.</summary>
    public async Task RemoveAsync()
    {
        using var turn = await mailbox.EnterAsync();
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
            kept = document;
        }
        catch (StoreException) when (kept is not null)
        {
            // What is not on disk has not happened.
            state = ScheduleDocument.Read(kept);
            throw;
        }
    }

    /// <returns>Whether a start failed in a way that may pass.</returns>
    private async Task<bool> ActAsync()
    {
        var retry = false;
        for (var again = state.Buffer.Count > 0; again;)
        {
            await RefreshAsync();
            var decision = OverlapDecision.Of(state.Buffer, state.HasRunning, state.PolicyOf);
            state.Info.OverlapSkipped += decision.Skipped;
            List<BufferedStart> left = [.. decision.Waiting];
            again = false;
            foreach (var start in decision.Overlapping.Concat(decision.Single is { } single ? [single] : []))
            {
                switch (await StartAsync(start, overlaps: start != decision.Single))
                {
                    case StartResult.Retry:
                        left.Insert(0, start);
                        retry = true;
                        break;
                    case StartResult.Dropped:
                        // Its place may be free for one that waited.
                        again = true;
                        break;
                }
            }
            state.Buffer.Clear();
            state.Buffer.AddRange(left);
            again &= !retry && state.Buffer.Count > 0;
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
        catch (RpcException refused) when (ScheduleErrors.AlreadyStarted(refused) is { } failure && failure.StartRequestId == start.RequestId)
        {
            // Made before a crash, and ended since.
            state.Started(start, new WorkflowExecution { WorkflowId = request.WorkflowId, RunId = failure.RunId }, host.Clock.UtcNow, overlaps);
            return StartResult.Started;
        }
        catch (RpcException refused) when (ScheduleErrors.MayPass(refused) && host.Clock.UtcNow < start.GiveUpAfter)
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
            using var turn = await mailbox.EnterAsync();
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
            using var turn = await mailbox.EnterAsync();
            if (!removed)
            {
                await AdvanceAsync((_, _) => { });
            }
        },
        afterFault: () => SetTimer(host.Clock.UtcNow.AddSeconds(1)));

    // Nobody waits for what a timer or a watch sets off: a fault in it is told, and neither ends the server nor the schedule.
    private async Task UnattendedAsync(Func<Task> work, Action afterFault)
    {
        try
        {
            await work();
        }
#pragma warning disable CA1031 // Whatever it is; see above.
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
