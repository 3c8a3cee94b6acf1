using EmbeddedTemporal.Common;
using EmbeddedTemporal.History;
using EmbeddedTemporal.History.State;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Descriptions and histories of runs.</summary>
internal sealed partial class WorkflowServiceHandler
{
    private const int LargestPage = 1000;

    private static readonly TimeSpan LongestHistoryPoll = TimeSpan.FromSeconds(20);

    public async Task<DescribeWorkflowExecutionResponse> DescribeWorkflowExecution(DescribeWorkflowExecutionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        var description = await engine.Find(request.Namespace, request.Execution).ReadAsync(ExecutionDescription.Of);
        var info = description.WorkflowExecutionInfo;
        info.SearchAttributes = searchAttributes.Normalize(request.Namespace, info.SearchAttributes);
        return description;
    }

    /// <summary>Returns a page of history; with <c>wait_new_event</c> it is a long poll for further events while the run is running.</summary>
    public async Task<GetWorkflowExecutionHistoryResponse> GetWorkflowExecutionHistory(GetWorkflowExecutionHistoryRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        var token = HistoryPageToken.Parse(request.NextPageToken);
        var run = engine.Find(request.Namespace, new WorkflowExecution { WorkflowId = request.Execution?.WorkflowId ?? "", RunId = token?.RunId ?? request.Execution?.RunId ?? "" });
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
        limit.CancelAfter(call.LongPoll(LongestHistoryPoll));
        var from = token?.NextEventId ?? 1;
        var closeOnly = request.HistoryEventFilterType == HistoryEventFilterType.CloseEvent;
        while (true)
        {
            var next = closeOnly ? run.Closed.Next : run.Changed.Next;
            var page = closeOnly
                ? await run.PeekAsync(state => CloseEventPage(state, request.WaitNewEvent))
                : await run.ReadAsync(state => Page(state, request, from, call.IsSdk));
            if (page is not null)
            {
                return page;
            }

            if (limit.IsCancellationRequested)
            {
                call.Cancellation.ThrowIfCancellationRequested();
                return new() { History = new(), NextPageToken = new HistoryPageToken(run.Key.RunId, from).ToBytes() };
            }

            await next.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task<GetWorkflowExecutionHistoryReverseResponse> GetWorkflowExecutionHistoryReverse(GetWorkflowExecutionHistoryReverseRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        var token = HistoryPageToken.Parse(request.NextPageToken);
        var run = engine.Find(request.Namespace, new WorkflowExecution { WorkflowId = request.Execution?.WorkflowId ?? "", RunId = token?.RunId ?? request.Execution?.RunId ?? "" });
        return await run.ReadAsync(state =>
        {
            var last = (int)Math.Min(token?.NextEventId ?? state.Events.Count, state.Events.Count);
            var first = Math.Max(0, last - PageSize(request.MaximumPageSize));
            var response = new GetWorkflowExecutionHistoryReverseResponse { History = new() };
            response.History.Events.AddRange(Enumerable.Reverse(state.Events[first..last]));
            if (first > 0)
            {
                response.NextPageToken = new HistoryPageToken(state.Key.RunId, first).ToBytes();
            }

            return response;
        });
    }

    private static int PageSize(int requested) => requested is > 0 and < LargestPage ? requested : LargestPage;

    private static GetWorkflowExecutionHistoryResponse? CloseEventPage(MutableState state, bool wait)
    {
        if (state.IsRunning)
        {
            return wait ? null : new() { History = new() };
        }

        return new() { History = new() { Events = { state.CloseEvent } } };
    }

    private static GetWorkflowExecutionHistoryResponse? Page(MutableState state, GetWorkflowExecutionHistoryRequest request, long from, bool withUnwritten)
    {
        var waits = request.WaitNewEvent && state.IsRunning;
        if (from >= state.NextEventId && waits)
        {
            return null;
        }

        var response = new GetWorkflowExecutionHistoryResponse { History = new() };
        response.History.Events.AddRange(state.Events.Skip((int)from - 1).Take(PageSize(request.MaximumPageSize)));
        var next = from + response.History.Events.Count;
        if (next < state.NextEventId || waits)
        {
            response.NextPageToken = new HistoryPageToken(state.Key.RunId, next).ToBytes();
        }
        else if (withUnwritten)
        {
            response.History.Events.AddRange(RunTransaction.UnwrittenEvents(state));
        }

        return response;
    }
}
