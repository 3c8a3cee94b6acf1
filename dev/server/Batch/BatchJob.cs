using EmbeddedTemporal.Time;
using Temporalio.Api.Batch.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Batch;

/// <summary>One operation over many runs, and how far it is.</summary>
internal sealed class BatchJob(StartBatchOperationRequest request, BatchOperationType type, DateTime startTime)
{
    private volatile bool stopped;
    private long complete;
    private long failed;

    public StartBatchOperationRequest Request { get; } = request;

    public bool IsStopped => stopped;

    public BatchOperationState State { get; private set; } = BatchOperationState.Running;

    public DateTime? CloseTime { get; private set; }

    public string StopReason { get; private set; } = "";

    public long Total { get; set; }

    public void Count(bool succeeded) => Interlocked.Increment(ref succeeded ? ref complete : ref failed);

    public void Finish(DateTime now, BatchOperationState state)
    {
        State = state;
        CloseTime = now;
    }

    public void Stop(string reason)
    {
        StopReason = reason;
        stopped = true;
    }

    public BatchOperationInfo ToInfo() => new() { JobId = Request.JobId, State = State, StartTime = startTime.ToProto(), CloseTime = CloseTime?.ToProto() };

    public DescribeBatchOperationResponse ToDescription() => new()
    {
        OperationType = type,
        JobId = Request.JobId,
        State = State,
        StartTime = startTime.ToProto(),
        CloseTime = CloseTime?.ToProto(),
        TotalOperationCount = Total,
        CompleteOperationCount = Interlocked.Read(ref complete),
        FailureOperationCount = Interlocked.Read(ref failed),
        Reason = Request.Reason,
        Identity = "",
    };
}
