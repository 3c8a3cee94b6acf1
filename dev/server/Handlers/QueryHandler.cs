using System.Collections.Concurrent;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.History;
using EmbeddedTemporal.History.Requests;
using EmbeddedTemporal.History.State;
using Grpc.Core;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Handlers;

/// <summary>
/// Queries. If a run has a pending workflow task, the query is buffered and attached to that task, so that the result reflects all earlier events; otherwise
/// it is dispatched directly to a worker.
/// </summary>
internal sealed class QueryHandler(HistoryEngine engine)
{
    /// <summary>The attempt of a workflow task from which queries are rejected, because the task keeps failing.</summary>
    private const int FailQueryAttempt = 3;

    private static readonly TimeSpan StickyTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, DirectQuery> direct = new();

    /// <exception cref="RpcException">NOT_FOUND, INVALID_ARGUMENT (the query failed), FAILED_PRECONDITION (no worker can answer it).</exception>
    public async Task<QueryWorkflowResponse> QueryAsync(QueryWorkflowRequest request, CallContext call)
    {
        var run = engine.Find(request.Namespace, request.Execution);
        engine.Clock.Lock();
        try
        {
            var (rejected, buffered) = await run.ReadAsync(state => Admit(run, state, request, engine.Clock.UtcNow + call.Left));
            if (rejected is not null)
            {
                return rejected;
            }

            if (buffered is not null && await AwaitAsync(run, buffered, call) is { } result)
            {
                return result.ResultType == QueryResultType.Answered
                    ? new QueryWorkflowResponse { QueryResult = result.Answer }
                    : throw ServiceErrors.QueryFailed(result.ErrorMessage, result.Failure);
            }

            return await DispatchDirectlyAsync(run, new DirectQuery(request.Query), call);
        }
        finally
        {
            engine.Clock.Unlock();
        }
    }

    /// <summary>Builds the poll response of a direct query; null when the query is over.</summary>
    public static Task<PollWorkflowTaskQueueResponse?> StartAsync(QueuedQuery queued, bool sticky) => queued.Run.ReadAsync(state =>
    {
        if (queued.Query.Answer.Task.IsCompleted)
        {
            return null;
        }

        var response = new PollWorkflowTaskQueueResponse
        {
            TaskToken = TaskToken.ForQuery(state.Key.RunId, queued.Query.Id).ToBytes(),
            WorkflowExecution = state.Key.Execution,
            WorkflowType = new() { Name = state.WorkflowType },
            PreviousStartedEventId = state.LastCompletedWorkflowTaskStartedEventId,
            Attempt = 1,
            History = new(),
            Query = queued.Query.Query,
            WorkflowExecutionTaskQueue = new() { Name = state.TaskQueue, Kind = TaskQueueKind.Normal },
        };
        if (!sticky)
        {
            response.History.Events.AddRange(state.Events);
        }

        return response;
    });

    /// <exception cref="RpcException">NOT_FOUND: the query has been answered, has timed out or was cancelled.</exception>
    public void Respond(RespondQueryTaskCompletedRequest request)
    {
        var token = TaskToken.Parse(request.TaskToken, "q");
        if (!direct.TryRemove(token.Stamp, out var query))
        {
            throw ServiceErrors.NotFound("query task not found, or already expired");
        }

        query.Answer.TrySetResult(request);
    }

    private static (QueryWorkflowResponse? Rejected, BufferedQuery? Buffered) Admit(WorkflowRun run, MutableState state, QueryWorkflowRequest request, DateTime deadline)
    {
        var isRejected = request.QueryRejectCondition switch
        {
            _ when state.IsPaused => true,
            QueryRejectCondition.NotOpen => !state.IsRunning,
            QueryRejectCondition.NotCompletedCleanly => !state.IsRunning && state.Status != WorkflowExecutionStatus.Completed,
            _ => false,
        };
        if (isRejected)
        {
            return (new QueryWorkflowResponse { QueryRejected = new() { Status = state.Status } }, null);
        }

        if (!state.IsRunning && state.LastCompletedWorkflowTaskStartedEventId == 0)
        {
            throw ServiceErrors.WorkflowNotReady("Workflow execution closed before WorkflowTaskStarted event");
        }

        if (state.Facts.FirstWorkflowTaskDue > deadline)
        {
            throw ServiceErrors.WorkflowNotReady("Workflow task is not scheduled yet.");
        }

        if (state.Facts.WorkflowTaskAttempt >= FailQueryAttempt)
        {
            throw ServiceErrors.WorkflowNotReady("Unable to query workflow due to Workflow Task in failed state.");
        }

        var mustWait = state.IsRunning && (state.WorkflowTask is not null || state.LastCompletedWorkflowTaskStartedEventId == 0);
        if (mustWait && run.Queries.Pending.Count >= run.Limits.BufferedQueries)
        {
            throw ServiceErrors.QueryBufferFull();
        }

        return (null, mustWait ? run.Queries.Add(request.Query) : null);
    }

    private static async Task<Temporalio.Api.Query.V1.WorkflowQueryResult?> AwaitAsync(WorkflowRun run, BufferedQuery buffered, CallContext call)
    {
        try
        {
            return await buffered.Answer.Task.WaitAsync(call.Left, call.Cancellation);
        }
        catch (TimeoutException)
        {
            throw ServiceErrors.Of(StatusCode.DeadlineExceeded, "query timed out before a workflow task could answer it");
        }
        finally
        {
            await run.ReadAsync(_ =>
            {
                run.Queries.Remove(buffered.Id);
                return true;
            });
        }
    }

    private async Task<QueryWorkflowResponse> DispatchDirectlyAsync(WorkflowRun run, DirectQuery query, CallContext call)
    {
        direct[query.Id] = query;
        try
        {
            var answer = await DispatchToStickyQueueAsync(run, query, call) ?? await DispatchToNormalQueueAsync(run, query, call);
            return answer.CompletedType == QueryResultType.Answered
                ? new QueryWorkflowResponse { QueryResult = answer.QueryResult }
                : throw ServiceErrors.QueryFailed(answer.ErrorMessage, answer.Failure);
        }
        finally
        {
            direct.TryRemove(query.Id, out _);
            query.Answer.TrySetCanceled();
        }
    }

    private async Task<RespondQueryTaskCompletedRequest?> DispatchToStickyQueueAsync(WorkflowRun run, DirectQuery query, CallContext call)
    {
        var sticky = await run.ReadAsync(state => run.HasMovedOn(state) ? "" : state.Facts.StickyTaskQueue);
        if (sticky.Length == 0 || !run.HasStickyWorker(sticky))
        {
            return null;
        }

        engine.TaskQueues.Get(run.Key.Namespace, sticky, QueueKind.Workflow).Add(new QueuedQuery(run, query) { IsSticky = true });
        try
        {
            return await query.Answer.Task.WaitAsync(call.LongPoll(StickyTimeout), call.Cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task<RespondQueryTaskCompletedRequest> DispatchToNormalQueueAsync(WorkflowRun run, DirectQuery query, CallContext call)
    {
        var (name, directive) = await run.ReadAsync(state => (state.TaskQueue, state.WorkflowTaskDirective));
        var queue = engine.TaskQueues.Get(run.Key.Namespace, name, QueueKind.Workflow);
        engine.RequireAnswerable(run.Key, queue, directive);
        queue.Add(new QueuedQuery(run, query) { Directive = directive });
        try
        {
            return await query.Answer.Task.WaitAsync(call.LongPoll(TimeSpan.MaxValue), call.Cancellation);
        }
        catch (TimeoutException) when (!queue.Destination(directive, run.Key.WorkflowId).HasRecentPoller)
        {
            throw ServiceErrors.FailedPrecondition("no poller seen for task queue recently, worker may be down");
        }
        catch (TimeoutException)
        {
            return await AwaitUntilDeadlineAsync(query, call);
        }
    }

    private static async Task<RespondQueryTaskCompletedRequest> AwaitUntilDeadlineAsync(DirectQuery query, CallContext call)
    {
        try
        {
            return await query.Answer.Task.WaitAsync(call.Left, call.Cancellation);
        }
        catch (TimeoutException)
        {
            throw ServiceErrors.Of(StatusCode.DeadlineExceeded, "query timed out before a worker answered it");
        }
    }
}
