using EmbeddedTemporal.Common;
using EmbeddedTemporal.History;
using EmbeddedTemporal.History.State;
using Temporalio.Api.Common.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Handlers;

/// <summary>
/// Resets a workflow: a new run gets the history up to a workflow task, and later external events such as signals and updates are reapplied to it
/// (real server: ndc/workflow_resetter.go).
/// </summary>
internal sealed class ResetHandler(HistoryEngine engine)
{
    /// <summary>The identity in the WorkflowExecutionTerminated event of the run that was reset.</summary>
    public const string Identity = "history-resetter";

    /// <summary>Returns the id of the new run.</summary>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND; INVALID_ARGUMENT: the event is not a reset point.</exception>
    public async Task<string> ResetAsync(ResetWorkflowExecutionRequest request)
    {
        var baseRun = engine.Find(request.Namespace, request.WorkflowExecution);
        while (true)
        {
            var current = engine.Find(request.Namespace, new WorkflowExecution { WorkflowId = baseRun.Key.WorkflowId });
            var older = baseRun == current ? null : await ReadOlderAsync(baseRun, current);
            var newRunId = await current.ExecuteAsync(tx => Reset(tx, request, baseRun.Key.RunId, older));
            if (newRunId is null)
            {
                continue;
            }

            if (older is not null)
            {
                await baseRun.ExecuteAsync(tx => RecordResetRunId(tx, newRunId));
            }

            return newRunId;
        }
    }

    private static void RecordResetRunId(RunTransaction tx, string newRunId)
    {
        tx.State.Facts.ResetRunId = newRunId;
        tx.MarkDirty();
    }

    private static void Restore(RunTransaction next, List<HistoryEvent> events, ResetWorkflowExecutionRequest request, string baseRunId)
    {
        if (request.WorkflowTaskFinishEventId <= 1 || request.WorkflowTaskFinishEventId > events.Count)
        {
            throw ServiceErrors.InvalidArgument("Workflow task finish ID must be > 1 && <= workflow last event ID.");
        }

        next.State.Facts.ResetTime = next.Now;
        next.Replay(events.Take((int)request.WorkflowTaskFinishEventId - 1));
        next.EndResetWorkflowTask(request, baseRunId);
        next.FailStartedActivities(request.Reason);
        next.MakesCurrent = true;
    }

    private string? Reset(RunTransaction tx, ResetWorkflowExecutionRequest request, string baseRunId, OlderRun? older)
    {
        var state = tx.State;
        if (engine.CurrentRunId(state.Key.Namespace, state.Key.WorkflowId) != state.Key.RunId)
        {
            return null;
        }

        if (state.Facts.CreateRequestId == request.RequestId)
        {
            return state.Key.RunId;
        }

        var next = tx.Run.BeginSuccessor(RunKey.NewRunId(), tx.Now);
        var baseEvents = older?.Events ?? [.. state.Events];
        Restore(next, baseEvents, request, baseRunId);
        next.State.Facts.CreateRequestId = older?.CreateRequestId ?? state.Facts.CreateRequestId;
        var reapply = new ResetReapply(request, next);
        reapply.Apply(baseEvents.Skip((int)request.WorkflowTaskFinishEventId - 1));
        reapply.Apply(older?.EventsBetween ?? []);
        if (older is { IsContinuedByCurrent: true })
        {
            reapply.Apply(state.Events.ToList());
        }

        if (older is null or { IsContinuedByCurrent: true })
        {
            reapply.Apply(state.Buffered);
        }

        next.State.Facts.AttachedRequestIds = AttachedTo(next.State);
        ApplyOperations(next, request);
        next.ScheduleWorkflowTask();
        next.ActivitiesToDispatch.AddRange(next.State.Activities.Values);
        if (older is null)
        {
            RecordResetRunId(tx, next.State.Key.RunId);
        }

        if (state.IsRunning)
        {
            tx.Terminate(request.Reason, null, Identity);
        }

        tx.Successors.Add(next);
        return next.State.Key.RunId;
    }

    /// <summary>Applies the post-reset operations, which can only be updates of the workflow options.</summary>
    private void ApplyOperations(RunTransaction next, ResetWorkflowExecutionRequest request)
    {
        foreach (var operation in request.PostResetOperations)
        {
            if (operation.UpdateWorkflowOptions is not { } update)
            {
                throw ServiceErrors.InvalidArgument($"unsupported post reset operation: {operation.VariantCase}");
            }

            WorkflowOptionsUpdate.Validate(update.WorkflowExecutionOptions, update.UpdateMask);
            var queue = engine.TaskQueues.Get(next.State.Key.Namespace, next.State.TaskQueue, QueueKind.Workflow);
            WorkflowOptionsUpdate.Apply(next, update.WorkflowExecutionOptions, update.UpdateMask, "", queue);
        }
    }

    private static HashSet<string>? AttachedTo(MutableState state)
    {
        var attached = state.Events.Select(e => e.WorkflowExecutionOptionsUpdatedEventAttributes?.AttachedRequestId ?? "").Where(id => id.Length > 0).ToHashSet();
        return attached.Count == 0 ? null : attached;
    }

    /// <summary>Reads a run that is not the current one, and the runs that it continued as new.</summary>
    private async Task<OlderRun> ReadOlderAsync(WorkflowRun baseRun, WorkflowRun current)
    {
        var (events, requestId, nextId) = await baseRun.ReadAsync(state => (state.Events.ToList(), state.Facts.CreateRequestId, NextRunId(state)));
        var between = new List<HistoryEvent>();
        while (nextId.Length > 0 && nextId != current.Key.RunId && engine.FindByRunId(nextId) is { } next)
        {
            (var more, nextId) = await next.ReadAsync(state => (state.Events.ToList(), NextRunId(state)));
            between.AddRange(more);
        }

        return new(events, requestId, between, nextId == current.Key.RunId);
    }

    private static string NextRunId(MutableState state) =>
        state.IsRunning ? "" : state.CloseEvent.WorkflowExecutionContinuedAsNewEventAttributes?.NewExecutionRunId ?? "";

    /// <summary>The base run of a reset when it is not the current run.</summary>
    /// <param name="EventsBetween">The events of the runs between it and the current run, linked by continue-as-new.</param>
    /// <param name="IsContinuedByCurrent">Whether the current run belongs to that chain.</param>
    private sealed record OlderRun(List<HistoryEvent> Events, string CreateRequestId, List<HistoryEvent> EventsBetween, bool IsContinuedByCurrent);
}
