using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History;

/// <summary>Links in start responses to the event that records the start.</summary>
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

    /// <summary>
    /// Links to the options-updated event of a start that attached to a running workflow. The link has the request id, because a buffered event has no event id.
    /// </summary>
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
