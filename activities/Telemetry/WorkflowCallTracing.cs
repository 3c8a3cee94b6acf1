using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace OrderOrchestration.Activities.Telemetry;

/// <summary>Adds the run's trace context to the headers of a workflow's calls. It writes no spans: the called code writes its own.</summary>
internal sealed class WorkflowCallTracing(WorkflowTrace trace, WorkflowOutboundInterceptor next) : WorkflowOutboundInterceptor(next)
{
    public override Task<TResult> ScheduleActivityAsync<TResult>(ScheduleActivityInput input) =>
        base.ScheduleActivityAsync<TResult>(input with { Headers = TraceHeaders.Add(input.Headers, trace.Current) });

    public override Task<TResult> ScheduleLocalActivityAsync<TResult>(ScheduleLocalActivityInput input) =>
        base.ScheduleLocalActivityAsync<TResult>(input with { Headers = TraceHeaders.Add(input.Headers, trace.Current) });

    public override Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(StartChildWorkflowInput input) =>
        base.StartChildWorkflowAsync<TWorkflow, TResult>(input with { Headers = TraceHeaders.Add(input.Headers, trace.Current) });

    public override Task SignalChildWorkflowAsync(SignalChildWorkflowInput input) =>
        base.SignalChildWorkflowAsync(input with { Headers = TraceHeaders.Add(input.Headers, trace.Current) });

    public override Task SignalExternalWorkflowAsync(SignalExternalWorkflowInput input) =>
        base.SignalExternalWorkflowAsync(input with { Headers = TraceHeaders.Add(input.Headers, trace.Current) });

    public override ContinueAsNewException CreateContinueAsNewException(CreateContinueAsNewExceptionInput input) =>
        base.CreateContinueAsNewException(input with { Headers = TraceHeaders.Add(input.Headers, trace.Current) });
}
