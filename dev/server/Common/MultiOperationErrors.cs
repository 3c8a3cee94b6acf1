using Grpc.Core;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.Failure.V1;
using OperationStatus = Temporalio.Api.ErrorDetails.V1.MultiOperationExecutionFailure.Types.OperationStatus;

namespace EmbeddedTemporal.Common;

/// <summary>The errors of ExecuteMultiOperation, whose operations are executed atomically.</summary>
internal static class MultiOperationErrors
{
    /// <summary>Gets the error of an operation that was aborted because another one failed.</summary>
    public static RpcException Aborted { get; } = ServiceErrors.Of(StatusCode.Aborted, "Operation was aborted.", new MultiOperationExecutionAborted());

    /// <summary>Returns the error of an update-with-start, with the code of the first operation that failed and was not merely aborted.</summary>
    /// <param name="ofStart">The error of the start; null when it succeeded.</param>
    public static RpcException Of(RpcException? ofStart, RpcException ofUpdate)
    {
        var failed = ofStart is null || ReferenceEquals(ofStart, Aborted) ? ofUpdate : ofStart;
        return ServiceErrors.Of(
            failed.StatusCode, "Update-with-Start could not be executed.", new MultiOperationExecutionFailure { Statuses = { StatusOf(ofStart), StatusOf(ofUpdate) } });
    }

    private static OperationStatus StatusOf(RpcException? failure)
    {
        if (failure is null)
        {
            return new();
        }

        var status = new OperationStatus { Code = (int)failure.StatusCode, Message = failure.Status.Detail };
        if (failure.Trailers.GetValueBytes(ServiceErrors.DetailsKey) is { } details)
        {
            status.Details.AddRange(Temporalio.Api.Common.V1.GrpcStatus.Parser.ParseFrom(details).Details);
        }

        return status;
    }
}
