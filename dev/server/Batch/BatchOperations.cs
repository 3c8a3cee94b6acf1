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
/// Executes an operation on every run that matches a list filter or is listed in the request. A job is committed before the call returns, and is resumed
/// after a restart.
/// </summary>
/// <param name="step">Executes the operation on one run. It has to be idempotent: after a crash the last few runs are processed again.</param>
/// <param name="find">Finds the runs of a namespace by a list filter.</param>
internal sealed class BatchOperations(
    HistoryEngine engine, Func<StartBatchOperationRequest, WorkflowExecution, Task> step, Func<string, string, IEnumerable<WorkflowExecution>> find) : IDisposable
{
    /// <summary>After how many runs the progress is committed; up to as many are processed again after a crash.</summary>
    private const int CheckpointEvery = 20;

    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Namespace, string JobId), BatchJob> jobs = new();
    private volatile bool closing;

    /// <summary>Resumes the jobs that were running when the server stopped.</summary>
    public void Resume()
    {
        foreach (var job in BatchDocuments.ReadAll(engine.Store))
        {
            jobs[KeyOf(job)] = job;
            RunIfUnfinished(job);
        }
    }

    /// <exception cref="RpcException">INVALID_ARGUMENT; ALREADY_EXISTS: the job id is in use; RESOURCE_EXHAUSTED: another job is running.</exception>
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

        RunIfUnfinished(job);
    }

    /// <exception cref="RpcException">NOT_FOUND.</exception>
    public BatchJob Require(string namespaceName, string jobId) =>
        jobs.GetValueOrDefault((namespaceName, jobId)) ?? throw ServiceErrors.NotFound($"batch operation {jobId} not found");

    public IEnumerable<BatchJob> List(string namespaceName) => jobs.Where(job => job.Key.Namespace == namespaceName).Select(job => job.Value);

    /// <summary>Deletes the jobs of a namespace that ended before the given time.</summary>
    public async Task RemoveExpiredAsync(string namespaceName, DateTime before)
    {
        foreach (var job in List(namespaceName).Where(job => job.Progress.CloseTime < before).ToList())
        {
            await CommitAsync(BatchDocuments.Delete(job));
            jobs.TryRemove(KeyOf(job), out _);
        }
    }

    /// <summary>Stops processing; the jobs are resumed after a restart.</summary>
    public void Dispose() => closing = true;

    private static (string Namespace, string JobId) KeyOf(BatchJob job) => (job.Request.Namespace, job.Request.JobId);

    private void RunIfUnfinished(BatchJob job)
    {
        if (job.IsRunning)
        {
            _ = Task.Run(() => CallGuard.RunInBackgroundAsync($"batch job {job.Request.JobId}", () => RunAsync(job)));
        }
    }

    private async Task RunAsync(BatchJob job)
    {
        var limiter = new BatchRateLimiter(engine.Clock);
        while (!closing && job.IsRunning)
        {
            try
            {
                await AdvanceAsync(job, limiter);
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

    /// <summary>Processes the next few runs and commits the progress.</summary>
    private async Task AdvanceAsync(BatchJob job, BatchRateLimiter limiter)
    {
        var executions = job.Request.Executions;
        for (var i = 0; i < CheckpointEvery && job.Progress.Done < executions.Count && !job.IsStopped && !closing; i++)
        {
            await limiter.WaitAsync();
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
            // A run that is closed or deleted counts as completed, as in the real server (worker/batcher).
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
