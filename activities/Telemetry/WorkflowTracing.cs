using OrderOrchestration.Workflows.Tracing;
using Temporalio.Exceptions;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace OrderOrchestration.Activities.Telemetry;

/// <summary>Writes spans for the start and end of a run, and for each message it receives. Exceptions that are not Temporal failures are counted.</summary>
internal sealed class WorkflowTracing(WorkflowInboundInterceptor next) : WorkflowInboundInterceptor(next)
{
    private readonly WorkflowTrace trace = new();

    public override void Init(WorkflowOutboundInterceptor outbound) => base.Init(new WorkflowCallTracing(trace, outbound));

    public override async Task<object?> ExecuteWorkflowAsync(ExecuteWorkflowInput input)
    {
        trace.Note($"RunWorkflow:{Workflow.Info.WorkflowType}", trace.Start);
        try
        {
            var result = await base.ExecuteWorkflowAsync(input);
            trace.Note($"CompleteWorkflow:{Workflow.Info.WorkflowType}", trace.Start);
            return result;
        }
        catch (ContinueAsNewException)
        {
            trace.Note($"ContinueAsNew:{Workflow.Info.WorkflowType}", trace.Start);
            throw;
        }
        catch (Exception e)
        {
            Failed(Workflow.Info.WorkflowType, trace.Start, e);
            throw;
        }
    }

    public override async Task HandleSignalAsync(HandleSignalInput input)
    {
        var received = trace.Receive(input.Headers);
        trace.Note($"HandleSignal:{input.Signal}", received);
        using var cause = TraceCause.Use(Traceparent.Format(received));
        try
        {
            await base.HandleSignalAsync(input);
        }
        catch (Exception e)
        {
            Failed(input.Signal, received, e);
            throw;
        }
    }

    public override void ValidateUpdate(HandleUpdateInput input)
    {
        try
        {
            base.ValidateUpdate(input);
        }
        catch (Exception e)
        {
            // A rejected update is not in the history, so its context is only read and not set for later calls.
            trace.Note($"ValidateUpdate:{input.Update}", TraceHeaders.Read(input.Headers) ?? trace.Start, e);
            throw;
        }
    }

    public override async Task<object?> HandleUpdateAsync(HandleUpdateInput input)
    {
        var received = trace.Receive(input.Headers);
        trace.Note($"HandleUpdate:{input.Update}", received);
        using var cause = TraceCause.Use(Traceparent.Format(received));
        try
        {
            return await base.HandleUpdateAsync(input);
        }
        catch (Exception e)
        {
            Failed(input.Update, received, e);
            throw;
        }
    }

    public override object? HandleQuery(HandleQueryInput input)
    {
        trace.Write($"HandleQuery:{input.Query}", TraceHeaders.Read(input.Headers) ?? trace.Start);
        return base.HandleQuery(input);
    }

    private void Failed(string name, System.Diagnostics.ActivityContext parent, Exception error)
    {
        // A Temporal failure ends the workflow or handler that throws it; any other exception only fails the workflow task, which is retried.
        var isUnexpected = error is not (FailureException or OperationCanceledException);
        trace.Note($"{(isUnexpected ? "WorkflowTaskFailure" : "Failed")}:{name}", parent, error);
        if (isUnexpected && !Workflow.Unsafe.IsReplaying)
        {
            OrderMetrics.WorkflowException(Workflow.Info.WorkflowType);
        }
    }
}
