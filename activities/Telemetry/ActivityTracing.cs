using System.Diagnostics;
using Temporalio.Activities;
using Temporalio.Worker.Interceptors;

namespace OrderOrchestration.Activities.Telemetry;

/// <summary>
/// A span for each attempt of an activity, as a child of the message that the workflow called it for. HTTP calls made in it are its children.
/// </summary>
internal sealed class ActivityTracing(ActivityInboundInterceptor next) : ActivityInboundInterceptor(next)
{
    public override async Task<object?> ExecuteActivityAsync(ExecuteActivityInput input)
    {
        var info = ActivityExecutionContext.Current.Info;
        var parent = TraceHeaders.Read(input.Headers) ?? default;
        using var activity = OrderTelemetry.Source.StartActivity($"RunActivity:{input.Activity.Name}", ActivityKind.Consumer, parent);
        activity?.SetTag(SpanTags.WorkflowId, info.WorkflowId)
            .SetTag(SpanTags.RunId, info.WorkflowRunId)
            .SetTag(SpanTags.ActivityId, info.ActivityId)
            .SetTag(SpanTags.Attempt, info.Attempt);
        try
        {
            return await base.ExecuteActivityAsync(input);
        }
        catch (Exception e)
        {
            activity.Fail(e);
            throw;
        }
    }
}
