using System.Diagnostics;
using Temporalio.Client;
using Temporalio.Client.Interceptors;

namespace OrderOrchestration.Activities.Telemetry;

/// <summary>A span for each call that starts, updates, signals or queries a workflow; its context is added to the call's headers.</summary>
internal sealed class ClientTracing(ClientOutboundInterceptor next) : ClientOutboundInterceptor(next)
{
    public override Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(StartWorkflowInput input) => TraceAsync(
        $"{(input.Options.StartSignal is null ? "StartWorkflow" : "SignalWithStartWorkflow")}:{input.Workflow}",
        input.Options.Id,
        () => base.StartWorkflowAsync<TWorkflow, TResult>(input with { Headers = TraceHeaders.AddCurrent(input.Headers) }));

    public override Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateWithStartWorkflowAsync<TUpdateResult>(StartUpdateWithStartWorkflowInput input) =>
        TraceAsync(
            $"UpdateWithStartWorkflow:{input.Update}",
            input.Options.StartWorkflowOperation?.Options.Id,
            () => base.StartUpdateWithStartWorkflowAsync<TUpdateResult>(WithHeaders(input)));

    public override Task SignalWorkflowAsync(SignalWorkflowInput input) => TraceAsync(
        $"SignalWorkflow:{input.Signal}",
        input.Id,
        async () =>
        {
            await base.SignalWorkflowAsync(input with { Headers = TraceHeaders.AddCurrent(input.Headers) });
            return true;
        });

    public override Task<TResult> QueryWorkflowAsync<TResult>(QueryWorkflowInput input) => TraceAsync(
        $"QueryWorkflow:{input.Query}",
        input.Id,
        () => base.QueryWorkflowAsync<TResult>(input with { Headers = TraceHeaders.AddCurrent(input.Headers) }));

    public override Task<WorkflowUpdateHandle<TResult>> StartWorkflowUpdateAsync<TResult>(StartWorkflowUpdateInput input) => TraceAsync(
        $"UpdateWorkflow:{input.Update}",
        input.Id,
        () => base.StartWorkflowUpdateAsync<TResult>(input with { Headers = TraceHeaders.AddCurrent(input.Headers) }));

    // Both operations carry the context: the start for a new order, the update for a running one.
    private static StartUpdateWithStartWorkflowInput WithHeaders(StartUpdateWithStartWorkflowInput input)
    {
        if (input.Options.StartWorkflowOperation is { } start)
        {
            // The caller gets the handle from this same operation afterwards, so it is changed in place and not copied.
            start.Headers = TraceHeaders.AddCurrent(start.Headers);
        }

        return input with { Headers = TraceHeaders.AddCurrent(input.Headers) };
    }

    private static async Task<T> TraceAsync<T>(string name, string? workflowId, Func<Task<T>> call)
    {
        using var activity = OrderTelemetry.Source.StartActivity(name, ActivityKind.Client);
        activity?.SetTag(SpanTags.WorkflowId, workflowId);
        try
        {
            return await call();
        }
        catch (Exception e)
        {
            activity.Fail(e);
            throw;
        }
    }
}
