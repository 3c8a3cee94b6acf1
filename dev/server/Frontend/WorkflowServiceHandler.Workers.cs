using EmbeddedTemporal.Common;
using EmbeddedTemporal.Workers;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Worker heartbeats.</summary>
internal sealed partial class WorkflowServiceHandler
{
    private readonly WorkerRegistry workers = new();

    public Task<RecordWorkerHeartbeatResponse> RecordWorkerHeartbeat(RecordWorkerHeartbeatRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        workers.Record(request.Namespace, request.WorkerHeartbeat);
        return Task.FromResult(new RecordWorkerHeartbeatResponse());
    }

    public Task<ListWorkersResponse> ListWorkers(ListWorkersRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        var response = new ListWorkersResponse();
        response.WorkersInfo.AddRange(workers.List(request.Namespace).Select(heartbeat => new Temporalio.Api.Worker.V1.WorkerInfo { WorkerHeartbeat = heartbeat }));
        return Task.FromResult(response);
    }

    public Task<DescribeWorkerResponse> DescribeWorker(DescribeWorkerRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        var heartbeat = workers.Find(request.Namespace, request.WorkerInstanceKey) ?? throw ServiceErrors.NotFound($"worker {request.WorkerInstanceKey} not found");
        return Task.FromResult(new DescribeWorkerResponse { WorkerInfo = new() { WorkerHeartbeat = heartbeat } });
    }
}
