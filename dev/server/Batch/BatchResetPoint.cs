using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.State;
using Temporalio.Api.Batch.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using TargetCase = Temporalio.Api.Common.V1.ResetOptions.TargetOneofCase;

namespace EmbeddedTemporal.Batch;

/// <summary>Finds the event to which a batch reset resets a run.</summary>
internal static class BatchResetPoint
{
    /// <summary>Returns the run to reset, which may be an earlier run of the chain, and the event id.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the run has no such reset point.</exception>
    public static (string RunId, long EventId) Find(MutableState state, BatchOperationReset operation, DateTime now) => operation.Options switch
    {
        { TargetCase: TargetCase.BuildId } options => OfBuild(state, options, now),
        { TargetCase: TargetCase.WorkflowTaskId } options => (state.Key.RunId, options.WorkflowTaskId),
        { TargetCase: TargetCase.FirstWorkflowTask } => (state.Key.RunId, OfTask(state, first: true)),
        { TargetCase: TargetCase.LastWorkflowTask } => (state.Key.RunId, OfTask(state, first: false)),
#pragma warning disable CS0612 // Deprecated by the API; the CLI still sends it.
        _ => (state.Key.RunId, OfTask(state, first: operation.ResetType == ResetType.FirstWorkflowTask)),
#pragma warning restore CS0612
    };

    private static long OfTask(MutableState state, bool first)
    {
        var completed = state.Events.Where(e => e.EventType == EventType.WorkflowTaskCompleted);
        if ((first ? completed.FirstOrDefault() : completed.LastOrDefault()) is { } task)
        {
            return task.EventId;
        }

        return state.Events.FirstOrDefault(e => e.EventType == EventType.WorkflowTaskScheduled)?.EventId + 1
            ?? throw ServiceErrors.InvalidArgument("unable to find any scheduled or completed task");
    }

    private static (string RunId, long EventId) OfBuild(MutableState state, ResetOptions options, DateTime now)
    {
        var point = state.Builds.Points.FirstOrDefault(point => point.BuildId == options.BuildId)
            ?? throw ServiceErrors.InvalidArgument($"Can't find reset point for {options.BuildId}");
        var refusal = !point.Resettable ? "is not resettable"
            : point.ExpireTime?.ToDateTime() < now ? "is expired"
            : point.RunId != state.Key.RunId && options.CurrentRunOnly ? "points to previous run and CurrentRunOnly is set"
            : null;
        return refusal is null
            ? (point.RunId, point.FirstWorkflowTaskCompletedId)
            : throw ServiceErrors.InvalidArgument($"Reset point for {options.BuildId} {refusal}");
    }
}
