using EmbeddedTemporal.Frontend;
using EmbeddedTemporal.History.State;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.History;

/// <summary>
/// Resets a workflow: a new run takes over the history up to a workflow task, and what came in from outside after it is applied again
/// (real server: ndc/workflow_resetter.go).
/// </summary>
internal sealed class ResetHandler(HistoryEngine engine)
{
    /// <summary>Answers the id of the new run.</summary>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND; INVALID_ARGUMENT: the event is no point to reset to.</exception>
    public async Task<string> ResetAsync(ResetWorkflowExecutionRequest request)
    {
        var workflowId = request.WorkflowExecution?.WorkflowId ?? "";
        var baseRun = engine.Find(request.Namespace, request.WorkflowExecution);
        while (true)
        {
            var current = engine.Find(request.Namespace, new WorkflowExecution { WorkflowId = workflowId });
            var laterRuns = await EventsOfLaterRunsAsync(baseRun, current);
            var older = baseRun == current ? null : await baseRun.ReadAsync(state => state.Events.ToList());
            var newRunId = await current.ExecuteAsync(tx => Reset(tx, request, baseRun.Key.RunId, older, laterRuns));
            if (newRunId is not null)
            {
                return newRunId;
            }
        }
    }

    private static void Restore(RunTransaction next, List<HistoryEvent> events, ResetWorkflowExecutionRequest request, string baseRunId)
    {
        var last = (int)request.WorkflowTaskFinishEventId - 1;
        if (last < 2 || last > events.Count
            || events[last - 1].EventType is not (EventType.WorkflowTaskStarted or EventType.WorkflowTaskScheduled))
        {
            throw ServiceErrors.InvalidArgument($"Can only reset workflow to an event after a workflow task was started: {request.WorkflowTaskFinishEventId} is none.");
        }

        next.Replay(events.Take(last));
        var scheduledEventId = events[last - 1].WorkflowTaskStartedEventAttributes?.ScheduledEventId ?? last;
        next.FailResetWorkflowTask(scheduledEventId, last, request, baseRunId);
        next.State.Facts.CreateRequestId = request.RequestId;
        next.State.Facts.ResetTime = next.Now;
        next.MakesCurrent = true;
    }

    private string? Reset(
        RunTransaction tx,
        ResetWorkflowExecutionRequest request,
        string baseRunId,
        List<HistoryEvent>? olderEvents,
        List<HistoryEvent> laterRuns)
    {
        var state = tx.State;
        if (engine.CurrentRunId(state.Key.Namespace, state.Key.WorkflowId) != state.Key.RunId)
        {
            return null;
        }

        if (request.RequestId.Length > 0 && state.Facts.CreateRequestId == request.RequestId)
        {
            return state.Key.RunId;
        }

        var baseEvents = olderEvents ?? [.. state.Events];
        var next = tx.Run.BeginSuccessor(RunKey.NewRunId(), tx.Now);
        Restore(next, baseEvents, request, baseRunId);
        var reapply = new ResetReapply(request, next);
        reapply.Apply(baseEvents.Skip((int)request.WorkflowTaskFinishEventId - 1));
        reapply.Apply(state.Buffered);
        reapply.Apply(laterRuns);
        next.ScheduleWorkflowTask();
        next.ActivitiesToDispatch.AddRange(next.State.Activities.Values);
        if (state.IsRunning)
        {
            state.Facts.ResetRunId = next.State.Key.RunId;
            tx.Terminate($"reset: {request.Reason}", null, "history-service");
        }
        else if (state.Key.RunId == baseRunId)
        {
            state.Facts.ResetRunId = next.State.Key.RunId;
            tx.MarkDirty();
        }

        tx.Successors.Add(next);
        return next.State.Key.RunId;
    }

    /// <summary>Answers the events of the runs that continued the base run, up to the newest: signals to them count too.</summary>
    private async Task<List<HistoryEvent>> EventsOfLaterRunsAsync(WorkflowRun baseRun, WorkflowRun current)
    {
        var found = new List<HistoryEvent>();
        var run = baseRun;
        while (run != current)
        {
            var nextId = await run.ReadAsync(state => state.IsRunning ? "" : RunTransaction.NewExecutionRunId(state.CloseEvent));
            if (nextId.Length == 0 || engine.FindByRunId(nextId) is not { } next)
            {
                break;
            }

            found.AddRange(await next.ReadAsync(state => state.Events.ToList()));
            run = next;
        }

        return found;
    }
}
