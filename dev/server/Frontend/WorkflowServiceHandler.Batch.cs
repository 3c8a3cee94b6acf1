using EmbeddedTemporal.Batch;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Frontend.Transport;
using EmbeddedTemporal.Validation;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Batch operations.</summary>
internal sealed partial class WorkflowServiceHandler : IDisposable
{
    private readonly BatchOperations batch;

    /// <summary>Resumes the batch jobs that were running when the server stopped.</summary>
    public void ResumeBatches() => batch.Resume();

    [Lengthy]
    public async Task<StartBatchOperationResponse> StartBatchOperation(StartBatchOperationRequest request, CallContext call)
    {
        ClientVersions.Require(call);
        validation.Namespace(request.Namespace);
        await batch.StartAsync(request);
        return new();
    }

    public async Task<StopBatchOperationResponse> StopBatchOperation(StopBatchOperationRequest request, CallContext call)
    {
        ClientVersions.Require(call);
        RequestValidation.Name(request.JobId, "JobId");
        validation.Namespace(request.Namespace);
        RequestValidation.That(request.Reason.Length > 0, "Reason is not set on request.");
        await batch.Require(request.Namespace, request.JobId).StopAsync(call.Cancellation);
        return new();
    }

    public Task<DescribeBatchOperationResponse> DescribeBatchOperation(DescribeBatchOperationRequest request, CallContext call)
    {
        ClientVersions.Require(call);
        validation.Namespace(request.Namespace);
        return Task.FromResult(batch.Require(request.Namespace, request.JobId).ToDescription());
    }

    public Task<ListBatchOperationsResponse> ListBatchOperations(ListBatchOperationsRequest request, CallContext call)
    {
        ClientVersions.Require(call);
        validation.Namespace(request.Namespace);
        var response = new ListBatchOperationsResponse();
        response.OperationInfo.AddRange(batch.List(request.Namespace).Select(job => job.ToInfo()));
        return Task.FromResult(response);
    }

    public void Dispose() => batch.Dispose();

    /// <summary>Returns every run that currently matches a list filter.</summary>
    private IEnumerable<WorkflowExecution> FindAll(string namespaceName, string query)
    {
        var token = ByteString.Empty;
        do
        {
            var page = visibility.List(new(namespaceName, query, LargestPage, token));
            foreach (var info in page.Executions)
            {
                yield return info.Execution;
            }

            token = page.NextPageToken;
        }
        while (!token.IsEmpty);
    }
}
