namespace OrderOrchestration.Activities.Telemetry;

/// <summary>Tags of our spans, named as Temporal's own interceptors name them.</summary>
internal static class SpanTags
{
    public const string WorkflowId = "temporalWorkflowID";
    public const string RunId = "temporalRunID";
    public const string ActivityId = "temporalActivityID";
    public const string Attempt = "temporalActivityAttempt";
}
