using System.Diagnostics;
using OrderOrchestration.Workflows.Tracing;
using Temporalio.Api.Common.V1;
using Temporalio.Workflows;

namespace OrderOrchestration.Activities.Telemetry;

/// <summary>The trace context of a run. It is derived from the history only, so it is the same in a replay.</summary>
internal sealed class WorkflowTrace
{
    private ActivityContext? start;
    private ActivityContext? latest;

    /// <summary>The context that started the run; of a run that no request started, a context derived from its first run id.</summary>
    public ActivityContext Start => start ??= TraceHeaders.Read(Workflow.Info.Headers) ?? Traceparent.Derive(Workflow.Info.FirstExecutionRunId);

    /// <summary>The context that the run's next call belongs to: see <see cref="TraceCause"/>.</summary>
    public ActivityContext Current => Traceparent.Parse(TraceCause.Current) ?? latest ?? Start;

    /// <summary>Sets the context of a received message; a message without one (sent by an operator's tool) belongs to the run's own trace.</summary>
    public ActivityContext Receive(IReadOnlyDictionary<string, Payload>? headers)
    {
        var received = TraceHeaders.Read(headers) ?? Start;
        latest = received;
        return received;
    }

    /// <summary>Writes a span for a point in time of the run, once: not in a replay.</summary>
    public void Note(string name, ActivityContext parent, Exception? error = null)
    {
        if (!Workflow.Unsafe.IsReplaying)
        {
            Write(name, parent, error);
        }
    }

    /// <summary>Writes a span for something that is not in the history and so never replayed: a query.</summary>
    public void Write(string name, ActivityContext parent, Exception? error = null)
    {
        ActivityLink[] links = parent.TraceId == Start.TraceId ? [] : [new ActivityLink(Start)];
        using var activity = OrderTelemetry.Source.StartActivity(name, ActivityKind.Server, parent, links: links);
        activity?.SetTag(SpanTags.WorkflowId, Workflow.Info.WorkflowId).SetTag(SpanTags.RunId, Workflow.Info.RunId);
        if (error is not null)
        {
            activity.Fail(error);
        }
    }
}
