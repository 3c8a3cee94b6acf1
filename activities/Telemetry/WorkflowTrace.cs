using System.Diagnostics;
using OrderOrchestration.Workflows.Tracing;
using Temporalio.Api.Common.V1;
using Temporalio.Workflows;

namespace OrderOrchestration.Activities.Telemetry;

/// <summary>Where a run stands in which trace. All of it follows from the history, so it is the same in a replay.</summary>
internal sealed class WorkflowTrace
{
    private ActivityContext? start;
    private ActivityContext? latest;

    /// <summary>What started the run; of a run that nobody's request started, a place that follows from its first run id.</summary>
    public ActivityContext Start => start ??= TraceHeaders.Read(Workflow.Info.Headers) ?? Traceparent.Derive(Workflow.Info.FirstExecutionRunId);

    /// <summary>What the run's next call is made for: see <see cref="TraceCause"/>.</summary>
    public ActivityContext Current => Traceparent.Parse(TraceCause.Current) ?? latest ?? Start;

    /// <summary>Takes a message's place over; one that carries none (sent by an operator's tool) belongs to the run's own trace.</summary>
    public ActivityContext Receive(IReadOnlyDictionary<string, Payload>? headers)
    {
        var received = TraceHeaders.Read(headers) ?? Start;
        latest = received;
        return received;
    }

    /// <summary>Notes a moment of the run, once: not in a replay.</summary>
    public void Note(string name, ActivityContext parent, Exception? error = null)
    {
        if (!Workflow.Unsafe.IsReplaying)
        {
            Write(name, parent, error);
        }
    }

    /// <summary>Notes a moment that has no place in the history and so is never replayed: a query.</summary>
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
