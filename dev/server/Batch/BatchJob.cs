using EmbeddedTemporal.Time;
using Temporalio.Api.Batch.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Batch;

/// <summary>One batch operation and its progress.</summary>
/// <param name="request">The request, with every run that it applies to.</param>
internal sealed class BatchJob(StartBatchOperationRequest request, DateTime startTime, BatchProgress progress)
{
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool stopped;

    public StartBatchOperationRequest Request { get; } = request;

    public DateTime StartTime { get; } = startTime;

    /// <summary>Gets the progress; only the task that runs the job changes it.</summary>
    public BatchProgress Progress { get; private set; } = progress;

    public bool IsRunning => Progress.State == BatchOperationState.Running;

    public bool IsStopped => stopped;

    /// <summary>Records the outcome of the next run.</summary>
    public void Count(bool succeeded) => Progress = Progress with
    {
        Complete = Progress.Complete + (succeeded ? 1 : 0),
        Failed = Progress.Failed + (succeeded ? 0 : 1),
    };

    /// <summary>Ends the job after its final progress was committed.</summary>
    public void Finish(BatchProgress last)
    {
        Progress = last;
        ended.TrySetResult();
    }

    /// <summary>Stops before the next run, and completes once the final progress is committed.</summary>
    public Task StopAsync(CancellationToken cancellation)
    {
        stopped = true;
        return IsRunning ? ended.Task.WaitAsync(cancellation) : Task.CompletedTask;
    }

    public BatchOperationInfo ToInfo() => new()
    {
        JobId = Request.JobId,
        State = Progress.State,
        StartTime = StartTime.ToProto(),
        CloseTime = Progress.CloseTime?.ToProto(),
    };

    public DescribeBatchOperationResponse ToDescription() => new()
    {
        OperationType = BatchRules.TypeOf(Request),
        JobId = Request.JobId,
        State = Progress.State,
        StartTime = StartTime.ToProto(),
        CloseTime = Progress.CloseTime?.ToProto(),
        TotalOperationCount = Request.Executions.Count,
        CompleteOperationCount = Progress.Complete,
        FailureOperationCount = Progress.Failed,
        Reason = Request.Reason,
        Identity = BatchRules.IdentityOf(Request),
    };
}
