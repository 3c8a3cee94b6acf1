using Temporalio.Client.Interceptors;
using Temporalio.Worker.Interceptors;

namespace OrderOrchestration.Activities.Telemetry;

/// <summary>
/// Carries traces through Temporal (contract §5): set on a client it applies to that client and to every worker created with it. A request's trace
/// continues through start, update, signal and query, the workflow's activities and children, and its next run, on any worker and after any restart.
/// </summary>
/// <remarks>
/// <para>Inside a workflow a span cannot stay open, because another worker may continue the run. So a workflow's spans are points in time, written at
/// the first execution and never in a replay, and they have no children: calls of a workflow are children of the request or event that caused them,
/// which is in the history and so the same in every replay.</para>
/// <para>Temporal's own package of this kind (Temporalio.Extensions.OpenTelemetry) is
/// not on the feed that this repository builds from.</para>
/// </remarks>
public sealed class TracingInterceptor : IClientInterceptor, IWorkerInterceptor
{
    public ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => new ClientTracing(nextInterceptor);

    public WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => new WorkflowTracing(nextInterceptor);

    public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new ActivityTracing(nextInterceptor);
}
