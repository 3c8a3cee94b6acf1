using EmbeddedTemporal.Time;
using Temporalio.Api.Batch.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Batch;

/// <summary>One operation over many runs, and how far it is.</summary>
/// <param name="request">What was asked, with every run that it means.</param>
internal sealed class BatchJob(StartBatchOperationRequest request, DateTime startTime, BatchProgress progress)
{
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool stopped;

    public StartBatchOperationRequest Request { get; } = request;

    public DateTime StartTime { get; } = startTime;

    /// <summary>Gets how far it is; changed only by the one who runs the job.</summary>
    public BatchProgress Progress { get; private set; } = progress;

    public bool IsRunning => Progress.State == BatchOperationState.Running;

    public bool IsStopped => stopped;

    /// <summary>Takes the outcome of the next run.</summary>
    public void Count(bool succeeded) => Progress = Progress with
    {
        Complete = Progress.Complete + (succeeded ? 1 : 0),
        Failed = Progress.Failed + (succeeded ? 0 : 1),
    };

    /// <summary>Ends the job, with what is on disk already.</summary>
    public void Finish(BatchProgress last)
    {
        Progress = last;
        ended.TrySetResult();
    }

    /// <summary>Takes no further run, and answers once that is on disk.</summary>
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
