using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History;

/// <summary>Links that tell a caller where in history its start is recorded.</summary>
internal static class StartLinks
{
    public static Link ToStartedEvent(WorkflowRun run) => new()
    {
        WorkflowEvent = new()
        {
            Namespace = run.Key.Namespace,
            WorkflowId = run.Key.WorkflowId,
            RunId = run.Key.RunId,
            EventRef = new() { EventId = 1, EventType = EventType.WorkflowExecutionStarted },
        },
    };

    /// <summary>The event that a start led to which found the workflow running is named by the request, for it may have no id yet.</summary>
    public static Link ToRequest(WorkflowRun run, string requestId) => new()
    {
        WorkflowEvent = new()
        {
            Namespace = run.Key.Namespace,
            WorkflowId = run.Key.WorkflowId,
            RunId = run.Key.RunId,
            RequestIdRef = new() { RequestId = requestId, EventType = EventType.WorkflowExecutionOptionsUpdated },
        },
    };
}
