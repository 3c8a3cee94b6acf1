using System.Collections.Concurrent;
using EmbeddedTemporal.Frontend;
using EmbeddedTemporal.History;
using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using OperationCase = Temporalio.Api.WorkflowService.V1.StartBatchOperationRequest.OperationOneofCase;

namespace EmbeddedTemporal.Batch;

/// <summary>Runs an operation on every run that a list filter, or the request, names. Jobs live in memory and end with the server.</summary>
internal sealed class BatchOperations(HistoryEngine engine, Func<string, string, IEnumerable<WorkflowExecution>> find, Func<string, WorkflowExecution, Task> delete) : IDisposable
{
    private readonly ConcurrentDictionary<(string Namespace, string JobId), BatchJob> jobs = new();

    /// <exception cref="RpcException">INVALID_ARGUMENT; ALREADY_EXISTS: the job id is in use.</exception>
    public void Start(StartBatchOperationRequest request)
    {
        RequestValidation.Name(request.JobId, "JobId");
        RequestValidation.That(request.VisibilityQuery.Length > 0 || request.Executions.Count > 0, "VisibilityQuery or Executions must be set on request.");
        RequestValidation.That(request.VisibilityQuery.Length == 0 || request.Executions.Count == 0, "batch query and executions are mutually exclusive");
        RequestValidation.That(request.Reason.Length > 0, "Reason is not set on request.");
        var (type, step) = StepOf(request);
        var executions = request.Executions.Count > 0 ? [.. request.Executions] : find(request.Namespace, request.VisibilityQuery).ToList();
        var job = new BatchJob(request, type, engine.Clock.UtcNow) { Total = executions.Count };
        if (!jobs.TryAdd((request.Namespace, request.JobId), job))
        {
            throw ServiceErrors.AlreadyStarted($"Batch job {request.JobId} is already there.", "", request.JobId);
        }

        _ = Task.Run(() => RunAsync(job, executions, step));
    }

    /// <exception cref="RpcException">NOT_FOUND.</exception>
    public BatchJob Require(string namespaceName, string jobId) =>
        jobs.GetValueOrDefault((namespaceName, jobId)) ?? throw ServiceErrors.NotFound($"batch operation {jobId} not found");

    public IEnumerable<BatchJob> List(string namespaceName) => jobs.Where(job => job.Key.Namespace == namespaceName).Select(job => job.Value);

    public void Dispose()
    {
        foreach (var job in jobs.Values)
        {
            job.Stop("server stops");
        }
    }

    private async Task RunAsync(BatchJob job, IReadOnlyList<WorkflowExecution> executions, Func<string, WorkflowExecution, Task> step)
    {
        foreach (var execution in executions)
        {
            if (job.IsStopped)
            {
                job.Finish(engine.Clock.UtcNow, BatchOperationState.Failed);
                return;
            }

            try
            {
                await step(job.Request.Namespace, execution);
                job.Count(succeeded: true);
            }
            catch (RpcException)
            {
                job.Count(succeeded: false);
            }
        }

        job.Finish(engine.Clock.UtcNow, BatchOperationState.Completed);
    }

    private (BatchOperationType Type, Func<string, WorkflowExecution, Task> Step) StepOf(StartBatchOperationRequest request) => request.OperationCase switch
    {
        OperationCase.TerminationOperation => (BatchOperationType.Terminate, OnRun(tx =>
            tx.Terminate(request.Reason, request.TerminationOperation.Details, request.TerminationOperation.Identity))),
        OperationCase.CancellationOperation => (BatchOperationType.Cancel, OnRun(tx =>
            tx.RequestCancel(new() { Cause = request.Reason, Identity = request.CancellationOperation.Identity }))),
        OperationCase.SignalOperation => (BatchOperationType.Signal, OnRun(tx => tx.Signal(new()
        {
            SignalName = request.SignalOperation.Signal,
            Input = request.SignalOperation.Input,
            Header = request.SignalOperation.Header,
            Identity = request.SignalOperation.Identity,
            RequestId = request.JobId,
        }))),
        OperationCase.DeletionOperation => (BatchOperationType.Delete, delete),
        OperationCase.ResetOperation => (BatchOperationType.Reset, (name, execution) => ResetAsync(request, name, execution)),
        _ => throw ServiceErrors.InvalidArgument($"The operation type {request.OperationCase} is not supported"),
    };

    private Func<string, WorkflowExecution, Task> OnRun(Action<RunTransaction> step) => (name, execution) => engine.Find(name, execution).ExecuteAsync(tx =>
    {
        if (!tx.State.IsRunning)
        {
            throw ServiceErrors.WorkflowCompleted();
        }

        step(tx);
    });

    private async Task ResetAsync(StartBatchOperationRequest request, string namespaceName, WorkflowExecution execution)
    {
        var options = request.ResetOperation.Options;
        var type = options is { FirstWorkflowTask: not null } ? ResetType.FirstWorkflowTask
            : options is { LastWorkflowTask: not null } ? ResetType.LastWorkflowTask
            : request.ResetOperation.ResetType;
        var completed = await engine.Find(namespaceName, execution).ReadAsync(state =>
            state.Events.Where(e => e.EventType == EventType.WorkflowTaskCompleted).Select(e => e.EventId).ToList());
        if (completed.Count == 0)
        {
            throw ServiceErrors.InvalidArgument("no workflow task to reset to");
        }

        await new ResetHandler(engine).ResetAsync(new ResetWorkflowExecutionRequest
        {
            Namespace = namespaceName,
            WorkflowExecution = execution,
            Reason = request.Reason,
            RequestId = $"{request.JobId}/{execution.RunId}",
            WorkflowTaskFinishEventId = type == ResetType.FirstWorkflowTask ? completed[0] : completed[^1],
            ResetReapplyType = options?.ResetReapplyType ?? request.ResetOperation.ResetReapplyType,
            ResetReapplyExcludeTypes = { options?.ResetReapplyExcludeTypes ?? [] },
            Identity = request.ResetOperation.Identity,
        });
    }
}
