using EmbeddedTemporal.Common;
using EmbeddedTemporal.Frontend.Transport;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using EmbeddedTemporal.Visibility;
using EmbeddedTemporal.Visibility.Entries;
using Google.Protobuf;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Filter.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>List and count queries over runs.</summary>
internal sealed partial class WorkflowServiceHandler
{
    [Lengthy]
    public Task<ListWorkflowExecutionsResponse> ListWorkflowExecutions(ListWorkflowExecutionsRequest request, CallContext call)
    {
        var page = ListPage(request.Namespace, request.Query, request.PageSize, request.NextPageToken);
        return Task.FromResult(new ListWorkflowExecutionsResponse { Executions = { page.Executions }, NextPageToken = page.NextPageToken });
    }

    [Lengthy]
    public Task<ScanWorkflowExecutionsResponse> ScanWorkflowExecutions(ScanWorkflowExecutionsRequest request, CallContext call)
    {
        var page = ListPage(request.Namespace, request.Query, request.PageSize, request.NextPageToken);
        return Task.FromResult(new ScanWorkflowExecutionsResponse { Executions = { page.Executions }, NextPageToken = page.NextPageToken });
    }

    [Lengthy]
    public Task<ListOpenWorkflowExecutionsResponse> ListOpenWorkflowExecutions(ListOpenWorkflowExecutionsRequest request, CallContext call)
    {
        var query = OlderFilter("ExecutionStatus = 'Running'", request.StartTimeFilter, "StartTime", request.ExecutionFilter, request.TypeFilter);
        var page = ListPage(request.Namespace, query, request.MaximumPageSize, request.NextPageToken);
        return Task.FromResult(new ListOpenWorkflowExecutionsResponse { Executions = { page.Executions }, NextPageToken = page.NextPageToken });
    }

    [Lengthy]
    public Task<ListClosedWorkflowExecutionsResponse> ListClosedWorkflowExecutions(ListClosedWorkflowExecutionsRequest request, CallContext call)
    {
        RequestValidation.That(
            request.StatusFilter is null or { Status: not (WorkflowExecutionStatus.Unspecified or WorkflowExecutionStatus.Running) },
            "StatusFilter must be specified and must be not Running.");
        var status = request.StatusFilter is { Status: var requested } ? $"ExecutionStatus = '{requested}'" : "ExecutionStatus != 'Running'";
        var query = OlderFilter(status, request.StartTimeFilter, "CloseTime", request.ExecutionFilter, request.TypeFilter);
        var page = ListPage(request.Namespace, query, request.MaximumPageSize, request.NextPageToken);
        return Task.FromResult(new ListClosedWorkflowExecutionsResponse { Executions = { page.Executions }, NextPageToken = page.NextPageToken });
    }

    /// <summary>Archival is not implemented; the list is empty.</summary>
    public Task<ListArchivedWorkflowExecutionsResponse> ListArchivedWorkflowExecutions(ListArchivedWorkflowExecutionsRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        return Task.FromResult(new ListArchivedWorkflowExecutionsResponse());
    }

    [Lengthy]
    public Task<CountWorkflowExecutionsResponse> CountWorkflowExecutions(CountWorkflowExecutionsRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        return Task.FromResult(visibility.Count(request.Namespace, request.Query));
    }

    public Task<GetSearchAttributesResponse> GetSearchAttributes(GetSearchAttributesRequest request, CallContext call)
    {
        var response = new GetSearchAttributesResponse();
        response.Keys.Add(SearchAttributeNames.Facts.Concat(SearchAttributeNames.Predefined).ToDictionary());
        foreach (var record in namespaces.All)
        {
            response.Keys.MergeFrom(searchAttributes.Custom(record.Name).ToDictionary());
        }

        return Task.FromResult(response);
    }

    private static string OlderFilter(string status, StartTimeFilter? times, string timeField, WorkflowExecutionFilter? execution, WorkflowTypeFilter? type)
    {
        static string Quoted(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
        RequestValidation.That(
            times is not { EarliestTime: { } first, LatestTime: { } last } || first <= last,
            "EarliestTime in StartTimeFilter should not be larger than LatestTime.");
        var parts = new List<string> { status };
        if (times?.EarliestTime is { } earliest)
        {
            parts.Add($"{timeField} >= '{earliest.Time():O}'");
        }

        if (times?.LatestTime is { } latest)
        {
            parts.Add($"{timeField} <= '{latest.Time():O}'");
        }

        if (execution?.WorkflowId is { Length: > 0 } workflowId)
        {
            parts.Add($"WorkflowId = {Quoted(workflowId)}");
        }

        if (type?.Name is { Length: > 0 } name)
        {
            parts.Add($"WorkflowType = {Quoted(name)}");
        }

        return string.Join(" AND ", parts);
    }

    private VisibilityPage ListPage(string namespaceName, string query, int pageSize, ByteString token)
    {
        validation.Namespace(namespaceName);
        return visibility.List(new VisibilityQuery(namespaceName, query, PageSize(pageSize), token));
    }
}
