using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.HttpApi;

/// <summary>The download of a run's history as one JSON array, for the Web UI.</summary>
internal static class RawHistory
{
    public const string Path = "/api/v1/namespaces/{namespace}/workflows/{workflowId}/run/{runId}/history.json";

    /// <summary>The path of the download link on the Web UI's history page.</summary>
    public const string PathOfPage = "/namespaces/{namespace}/workflows/{workflowId}/{runId}/history.json";

    /// <summary>Writes the events page by page, so that a long history is never in memory as a whole.</summary>
    public static async Task WriteAsync(HttpContext context, FrontendCall call)
    {
        // The segments are taken from the raw path: route values leave an escaped slash escaped, which looks the same as a doubly escaped one.
        var segments = TemporalHttpApi.RawPath(context).Split('/').Select(Uri.UnescapeDataString).ToArray();
        var namespacesIndex = Array.IndexOf(segments, "namespaces");
        var method = ServiceReflection.Descriptor.Services[0].FindMethodByName("GetWorkflowExecutionHistory");
        var request = new GetWorkflowExecutionHistoryRequest
        {
            Namespace = segments[namespacesIndex + 1],
            Execution = new WorkflowExecution { WorkflowId = segments[namespacesIndex + 3], RunId = segments[^2] },
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
