using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.HttpApi;

/// <summary>A run's whole history as one JSON array, as the Web UI offers it for download.</summary>
internal static class RawHistory
{
    public const string Path = "/api/v1/namespaces/{namespace}/workflows/{workflowId}/run/{runId}/history.json";

    /// <summary>Where the page of a history has its link to it.</summary>
    public const string PathOfPage = "/namespaces/{namespace}/workflows/{workflowId}/{runId}/history.json";

    /// <summary>Writes the events, page by page, so that a long history is never held in memory as a whole.</summary>
    public static async Task WriteAsync(HttpContext context, FrontendCall call)
    {
        // Routing would leave a slash escaped, and an escaped escape of one would look the same.
        var segments = TemporalHttpApi.RawPath(context).Split('/').Select(Uri.UnescapeDataString).ToArray();
        var ofNamespaces = Array.IndexOf(segments, "namespaces");
        var method = ServiceReflection.Descriptor.Services[0].FindMethodByName("GetWorkflowExecutionHistory");
        var request = new GetWorkflowExecutionHistoryRequest
        {
            Namespace = segments[ofNamespaces + 1],
            Execution = new WorkflowExecution { WorkflowId = segments[ofNamespaces + 3], RunId = segments[^2] },
        };
        var written = 0;
        context.Response.ContentType = "application/json";
        do
        {
            GetWorkflowExecutionHistoryResponse page;
            try
            {
                page = (GetWorkflowExecutionHistoryResponse)await call(method, request, DateTime.UtcNow.AddSeconds(30), context.RequestAborted);
            }
            catch (RpcException failed) when (written == 0)
            {
                context.Response.StatusCode = HttpErrors.ToHttp(failed.StatusCode);
                await context.Response.WriteAsJsonAsync(new { code = (int)failed.StatusCode, message = failed.Status.Detail });
                return;
            }
            foreach (var historyEvent in page.History.Events)
            {
                await context.Response.WriteAsync(written++ == 0 ? "[" : ",", context.RequestAborted);
                await context.Response.WriteAsync(TemporalHttpApi.Json.Write(historyEvent, default), context.RequestAborted);
            }
            request.NextPageToken = page.NextPageToken;
        }
        while (!request.NextPageToken.IsEmpty);
        await context.Response.WriteAsync(written == 0 ? "[]" : "]", context.RequestAborted);
    }
}
