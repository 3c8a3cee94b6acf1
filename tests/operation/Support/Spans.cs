using System.Collections.Concurrent;
using System.Diagnostics;
using OrderOrchestration.Activities.Telemetry;

namespace OrderOrchestration.Tests.Operation.Support;

/// <summary>Collects the spans of ours that are made while it lives.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> stopped = new();
    private readonly ActivityListener listener;

    public Spans()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is OrderTelemetry.ActivitySourceName or TestSourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public const string TestSourceName = "test";

    public static ActivitySource Source { get; } = new(TestSourceName);

    /// <summary>Those of one workflow, by name.</summary>
    public IReadOnlyList<Activity> Of(string workflowId, string name) =>
        [.. stopped.Where(span => span.OperationName == name && Equals(span.GetTagItem("temporalWorkflowID"), workflowId))];

    /// <summary>How many there are of one workflow.</summary>
    public int Count(string workflowId) => stopped.Count(span => Equals(span.GetTagItem("temporalWorkflowID"), workflowId));

    /// <summary>The spans of one workflow's own code, without those of clients and activities.</summary>
    public int CountInWorkflow(string workflowId) =>
        stopped.Count(span => span.Kind == ActivityKind.Server && Equals(span.GetTagItem("temporalWorkflowID"), workflowId));

    public void Dispose() => listener.Dispose();
}
