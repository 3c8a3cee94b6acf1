using EmbeddedTemporal.Common;
using EmbeddedTemporal.Validation;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using OperationCase = Temporalio.Api.WorkflowService.V1.StartBatchOperationRequest.OperationOneofCase;

namespace EmbeddedTemporal.Batch;

/// <summary>Validation of batch requests, and the list filter of the runs they apply to (real server: worker/batcher).</summary>
internal static class BatchRules
{
    private const string NoActivities = "Either activity type must be set, or match all should be set to true";

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, also where the real server returns UNKNOWN.</exception>
    public static void Require(StartBatchOperationRequest request)
    {
        RequestValidation.That(
            request is { OperationCase: not OperationCase.None, Reason.Length: > 0 } && request.VisibilityQuery.Length + request.Executions.Count > 0,
            "must provide required parameters: BatchType/Reason/Namespace/Query/Executions");
        RequestValidation.Name(request.JobId, "JobId");
        RequestValidation.That(request.VisibilityQuery.Length == 0 || request.Executions.Count == 0, "batch query and executions are mutually exclusive");

        TypeOf(request);
        switch (request)
        {
            case { SignalOperation.Signal.Length: 0 }:
                throw ServiceErrors.InvalidArgument("must provide signal name");
            case { ResetOperation: { } reset }:
                RequireTarget(reset);
                break;
            case { UpdateWorkflowOptionsOperation: { } update }:
                RequestValidation.That(update.WorkflowExecutionOptions is not null, "must provide UpdateOptions");
                RequestValidation.That(update.UpdateMask is not null, "must provide UpdateMask");
                break;
            case { UnpauseActivitiesOperation: { } unpause }:
                RequestValidation.That(unpause.HasType || unpause.HasMatchAll, "activity filter must be set");
                RequestValidation.That(unpause.Type.Length > 0 || unpause.MatchAll, NoActivities);
                break;
            case { ResetActivitiesOperation: { } reset }:
                RequestValidation.That(reset.HasType || reset.HasMatchAll, "must provide ActivityType or MatchAll");
                RequestValidation.That(reset.Type.Length > 0 || reset.MatchAll, NoActivities);
                break;
            case { UpdateActivityOptionsOperation: { } update }:
                RequestValidation.That(update.ActivityOptions is null || !update.RestoreOriginal, "cannot set both activity options and restore original");
                RequestValidation.That(
                    update.ActivityOptions is not null || update.RestoreOriginal, "Either activity type must be set, or restore original should be set to true");
                RequestValidation.That(!(update.HasType || update.HasMatchAll) || update.Type.Length > 0 || update.MatchAll, NoActivities);
                break;
            default:
                break;
        }
    }

    /// <summary>Returns the list filter of the runs; operations on running workflows skip closed ones.</summary>
    public static string FilterOf(StartBatchOperationRequest request)
    {
        var filter = request.UnpauseActivitiesOperation switch
        {
            null => request.VisibilityQuery,
            { MatchAll: true } => $"({request.VisibilityQuery}) AND (TemporalPauseInfo STARTS_WITH 'property:activityType=')",
            var unpause => $"TemporalPauseInfo = 'property:activityType={unpause.Type.Replace("'", "''", StringComparison.Ordinal)}'",
        };
        return request.OperationCase is OperationCase.DeletionOperation or OperationCase.ResetOperation ? filter : $"({filter}) AND (ExecutionStatus='Running')";
    }

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the operation is not supported in a batch.</exception>
    public static BatchOperationType TypeOf(StartBatchOperationRequest request) => request.OperationCase switch
    {
        OperationCase.TerminationOperation => BatchOperationType.Terminate,
        OperationCase.CancellationOperation => BatchOperationType.Cancel,
        OperationCase.SignalOperation => BatchOperationType.Signal,
        OperationCase.DeletionOperation => BatchOperationType.Delete,
        OperationCase.ResetOperation => BatchOperationType.Reset,
        OperationCase.UpdateWorkflowOptionsOperation => BatchOperationType.UpdateExecutionOptions,
        OperationCase.UnpauseActivitiesOperation => BatchOperationType.UnpauseActivity,
        OperationCase.ResetActivitiesOperation => BatchOperationType.ResetActivity,
        OperationCase.UpdateActivityOptionsOperation => BatchOperationType.UpdateActivityOptions,
        _ => throw ServiceErrors.InvalidArgument($"The operation type {request.OperationCase} is not supported"),
    };

    /// <summary>Returns the identity of the requester.</summary>
    public static string IdentityOf(StartBatchOperationRequest request) => request switch
    {
        { TerminationOperation: { } operation } => operation.Identity,
        { CancellationOperation: { } operation } => operation.Identity,
        { SignalOperation: { } operation } => operation.Identity,
        { DeletionOperation: { } operation } => operation.Identity,
        { ResetOperation: { } operation } => operation.Identity,
        { UpdateWorkflowOptionsOperation: { } operation } => operation.Identity,
        { UnpauseActivitiesOperation: { } operation } => operation.Identity,
        { ResetActivitiesOperation: { } operation } => operation.Identity,
        { UpdateActivityOptionsOperation: { } operation } => operation.Identity,
        _ => "",
    };

    private static void RequireTarget(Temporalio.Api.Batch.V1.BatchOperationReset reset)
    {
        if (reset.Options is { } options)
        {
            RequestValidation.That(options.TargetCase != Temporalio.Api.Common.V1.ResetOptions.TargetOneofCase.None, "batch reset missing target");
            return;
        }

#pragma warning disable CS0612 // Deprecated by the API; the CLI still sends it.
        var type = reset.ResetType;
#pragma warning restore CS0612
        RequestValidation.That(type is ResetType.FirstWorkflowTask or ResetType.LastWorkflowTask, $"unknown batch reset type {type}");
    }
}
