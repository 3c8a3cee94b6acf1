using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.ErrorDetails.V1;
using FailedCause = Temporalio.Api.Enums.V1.ResourceExhaustedCause;

namespace EmbeddedTemporal.Common;

/// <summary>The service's errors, with the real server's messages and typed details.</summary>
internal static class ServiceErrors
{
    public const string DetailsKey = "grpc-status-details-bin";

    /// <summary>The longest message in characters: a message can repeat request fields, and the size of gRPC trailers is limited.</summary>
    private const int LongestMessage = 2000;

    private const int LargestDetail = 4000;

    /// <summary>Whether the error is too large for the gRPC trailers.</summary>
    public static bool IsTooLong(RpcException error) =>
        error.Status.Detail.Length > LongestMessage || error.Trailers.GetValueBytes(DetailsKey)?.Length > LongestMessage + LargestDetail;

    public static RpcException Of(StatusCode code, string message, IMessage? detail = null)
    {
        message = message.Length > LongestMessage ? message[..LongestMessage] : message;
        detail = detail?.CalculateSize() > LargestDetail ? null : detail;
        // Temporal's GrpcStatus has the fields of google.rpc.Status, which clients read from this trailer.
        var status = new GrpcStatus { Code = (int)code, Message = message };
        if (detail is not null)
        {
            status.Details.Add(Any.Pack(detail));
        }

        return new RpcException(new Status(code, message), new Metadata { { DetailsKey, status.ToByteArray() } }, message);
    }

    public static RpcException InvalidArgument(string message) => Of(StatusCode.InvalidArgument, message);

    public static RpcException NotFound(string message) => Of(StatusCode.NotFound, message, new NotFoundFailure());

    public static RpcException FailedPrecondition(string message) => Of(StatusCode.FailedPrecondition, message);

    public static RpcException NamespaceNotFound(string name) =>
        Of(StatusCode.NotFound, $"Namespace {name} is not found.", new NamespaceNotFoundFailure { Namespace = name });

    public static RpcException WorkflowNotFound(string workflowId, string runId) => NotFound(
        runId.Length == 0 ? $"workflow not found for ID: {workflowId}" : $"workflow not found for ID: {workflowId} and RunId: {runId}");

    public static RpcException WorkflowCompleted() => NotFound("workflow execution already completed");

    public static RpcException ActivityTaskNotFound() =>
        NotFound("invalid activityID or activity already timed out or invoking workflow is completed");

    public static RpcException ActivityNotFound() =>
        NotFound("Can't find pending activity with such ID. Invalid activityID or activity already completed");

    public static RpcException AlreadyStarted(string message, string requestId, string runId) =>
        Of(StatusCode.AlreadyExists, message, new WorkflowExecutionAlreadyStartedFailure { StartRequestId = requestId, RunId = runId });

    public static RpcException WorkflowNotReady(string message) => Of(StatusCode.FailedPrecondition, message, new WorkflowNotReadyFailure());

    public static RpcException QueryFailed(string message, Temporalio.Api.Failure.V1.Failure? failure) =>
        Of(StatusCode.InvalidArgument, message, new QueryFailedFailure { Failure = failure });

    public static RpcException WorkflowClosing() => BusyWorkflow("workflow operation can not be applied because workflow is closing");

    public static RpcException QueryBufferFull() => BusyWorkflow(
        "consistent query buffer is full, this may be caused by too many queries and workflow not able to process query fast enough");

    public static RpcException ConcurrentLimit(string message) => Of(
        StatusCode.ResourceExhausted,
        message,
        new ResourceExhaustedFailure { Cause = FailedCause.ConcurrentLimit, Scope = Temporalio.Api.Enums.V1.ResourceExhaustedScope.Namespace });

    /// <summary>Returns a non-retryable server failure.</summary>
    public static Temporalio.Api.Failure.V1.Failure ServerFailure(string message) =>
        new() { Message = message, ServerFailureInfo = new() { NonRetryable = true } };

    public static RpcException Unavailable(string message) => Of(StatusCode.Unavailable, message);

    private static RpcException BusyWorkflow(string message) => Of(
        StatusCode.ResourceExhausted,
        message,
        new ResourceExhaustedFailure { Cause = FailedCause.BusyWorkflow, Scope = Temporalio.Api.Enums.V1.ResourceExhaustedScope.Namespace });
}
