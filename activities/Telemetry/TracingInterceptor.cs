using Temporalio.Client.Interceptors;
using Temporalio.Worker.Interceptors;

namespace OrderOrchestration.Activities.Telemetry;

/// <summary>
/// Carries traces through Temporal (contract §5): set on a client it serves that client and every worker made of it. A request's trace goes on through
/// start, update, signal and query, the workflow's activities and children, and its next run, whichever worker takes them and after whatever restart.
/// </summary>
/// <remarks>
/// <para>Inside a workflow a span cannot stay open: another worker may go on with the run. So a workflow's spans are moments, made where the moment
/// happens first and never in a replay, and nothing hangs below them: what a workflow calls hangs below the request or event that set it going, which
/// is in the history and so the same in every replay.</para>
/// <para>Temporal's own package of this kind (Temporalio.Extensions.OpenTelemetry) is not on the feed that this repository builds from.</para>
/// </remarks>
public sealed class TracingInterceptor : IClientInterceptor, IWorkerInterceptor
{
    public ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => new ClientTracing(nextInterceptor);

    public WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => new WorkflowTracing(nextInterceptor);

    public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new ActivityTracing(nextInterceptor);
}
