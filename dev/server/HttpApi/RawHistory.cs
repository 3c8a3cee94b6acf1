using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.HttpApi;

/// <summary>A run's whole history as one JSON array, as the Web UI offers it for download.</summary>
internal static class RawHistory
{
    public const string Path = "/api/v1/namespaces/{namespace}/workflows/{workflowId}/run/{runId}/history.json";

    /// <summary>Writes the events, page by page, so that a long history is never held in memory as a whole.</summary>
    public static async Task WriteAsync(HttpContext context, FrontendCall call)
    {
        var method = ServiceReflection.Descriptor.Services[0].FindMethodByName("GetWorkflowExecutionHistory");
        var request = new GetWorkflowExecutionHistoryRequest
        {
            Namespace = Field(context, "namespace"),
            Execution = new WorkflowExecution { WorkflowId = Field(context, "workflowId"), RunId = Field(context, "runId") },
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

    // Routing undoes every escape but that of a slash.
    private static string Field(HttpContext context, string name) =>
        ((string)context.Request.RouteValues[name]!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
