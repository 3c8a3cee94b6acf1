using System.Collections.Concurrent;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.History;
using EmbeddedTemporal.Persistence;
using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Batch;

/// <summary>
/// Runs an operation on every run that a list filter, or the request, names. A job is on disk before it is answered, and goes on with the
/// next server.
/// </summary>
/// <param name="step">Does the operation to one run. Doing it again does no harm: after a crash the last few are done twice.</param>
/// <param name="find">Finds the runs of a namespace by a list filter.</param>
internal sealed class BatchOperations(
    HistoryEngine engine, Func<StartBatchOperationRequest, WorkflowExecution, Task> step, Func<string, string, IEnumerable<WorkflowExecution>> find) : IDisposable
{
    /// <summary>After how many runs progress is kept; as many may be done a second time after a crash.</summary>
    private const int CheckpointEvery = 20;

    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Namespace, string JobId), BatchJob> jobs = new();
    private volatile bool closing;

    /// <summary>Takes up the jobs that were not done when the last server ended.</summary>
    public void Resume()
    {
        foreach (var job in BatchDocuments.ReadAll(engine.Store))
        {
            jobs[KeyOf(job)] = job;
            TakeUp(job);
        }
    }

    /// <exception cref="RpcException">INVALID_ARGUMENT; ALREADY_EXISTS: the job id is in use; RESOURCE_EXHAUSTED: another job is at work.</exception>
    public async Task StartAsync(StartBatchOperationRequest request)
    {
        BatchRules.Require(request);
        if (List(request.Namespace).Any(job => job.IsRunning))
        {
            throw ServiceErrors.ConcurrentLimit("Max concurrent batch operations is reached");
        }

        if (request.Executions.Count == 0)
        {
            request.Executions.Add(find(request.Namespace, BatchRules.FilterOf(request)));
        }

        var job = new BatchJob(request, engine.Clock.UtcNow, new());
        if (!jobs.TryAdd(KeyOf(job), job))
        {
            throw ServiceErrors.AlreadyStarted($"Batch job {request.JobId} is already there.", "", request.JobId);
        }

        try
        {
            await CommitAsync([BatchDocuments.WriteJob(job)]);
        }
        catch (StoreException)
        {
            jobs.TryRemove(KeyOf(job), out _);
            throw;
        }

        TakeUp(job);
    }

    /// <exception cref="RpcException">NOT_FOUND.</exception>
    public BatchJob Require(string namespaceName, string jobId) =>
        jobs.GetValueOrDefault((namespaceName, jobId)) ?? throw ServiceErrors.NotFound($"batch operation {jobId} not found");

    public IEnumerable<BatchJob> List(string namespaceName) => jobs.Where(job => job.Key.Namespace == namespaceName).Select(job => job.Value);

    /// <summary>Forgets the jobs of a namespace that ended before the given time.</summary>
    public async Task RemoveExpiredAsync(string namespaceName, DateTime before)
    {
        foreach (var job in List(namespaceName).Where(job => job.Progress.CloseTime < before).ToList())
        {
            await CommitAsync(BatchDocuments.Delete(job));
            jobs.TryRemove(KeyOf(job), out _);
        }
    }

    /// <summary>Lets go of the jobs; the next server goes on with them.</summary>
    public void Dispose() => closing = true;

    private static (string Namespace, string JobId) KeyOf(BatchJob job) => (job.Request.Namespace, job.Request.JobId);

    private void TakeUp(BatchJob job)
    {
        if (job.IsRunning)
        {
            _ = Task.Run(() => CallGuard.RunInBackgroundAsync($"batch job {job.Request.JobId}", () => RunAsync(job)));
        }
    }

    private async Task RunAsync(BatchJob job)
    {
        var pace = new BatchPace(engine.Clock);
        while (!closing && job.IsRunning)
        {
            try
            {
                await AdvanceAsync(job, pace);
            }
            catch (StoreException)
            {
                if (!closing)
                {
                    await engine.Clock.WaitUntilAsync(engine.Clock.UtcNow + StoreTimeout);
                }
            }
        }
    }

    /// <summary>Does the next few runs and keeps how far the job is.</summary>
    private async Task AdvanceAsync(BatchJob job, BatchPace pace)
    {
        var executions = job.Request.Executions;
        for (var i = 0; i < CheckpointEvery && job.Progress.Done < executions.Count && !job.IsStopped && !closing; i++)
        {
            await pace.WaitAsync();
            job.Count(await TryStepAsync(job.Request, executions[job.Progress.Done]));
        }

        var state = job.IsStopped ? BatchOperationState.Failed
            : job.Progress.Done == executions.Count ? BatchOperationState.Completed
            : BatchOperationState.Running;
        var progress = state == BatchOperationState.Running ? job.Progress : job.Progress with { State = state, CloseTime = engine.Clock.UtcNow };
        await CommitAsync([BatchDocuments.WriteProgress(job, progress)]);
        if (state != BatchOperationState.Running)
        {
            job.Finish(progress);
        }
    }

    private async Task<bool> TryStepAsync(StartBatchOperationRequest request, WorkflowExecution execution)
    {
        try
        {
            await step(request, execution);
            return true;
        }
        catch (RpcException refused)
        {
            // A run that has ended, or is gone, needs nothing any more: so counts the real server (worker/batcher).
            return refused.StatusCode == StatusCode.NotFound;
        }
    }

    private Task CommitAsync(IEnumerable<DocumentWrite> documents)
    {
        var commit = new StoreCommit();
        commit.Documents.AddRange(documents);
        return engine.Store.CommitAsync(commit);
    }
}
