using EmbeddedTemporal.Common;
using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.ErrorDetails.V1;

namespace EmbeddedTemporal.Schedules;

internal static class ScheduleErrors
{
    public static RpcException NotFound() => ServiceErrors.NotFound("schedule not found");

    public static RpcException AlreadyRegistered(string scheduleId) =>
        ServiceErrors.AlreadyStarted($"schedule \"{scheduleId}\" is already registered", string.Empty, string.Empty);

    public static RpcException Conflict() => ServiceErrors.FailedPrecondition("mismatched conflict token");

    /// <summary>Returns the details of an already-started error; null for other errors.</summary>
    public static WorkflowExecutionAlreadyStartedFailure? AlreadyStarted(RpcException error)
    {
        if (error.StatusCode != StatusCode.AlreadyExists || error.Trailers.GetValueBytes(ServiceErrors.DetailsKey) is not { } bytes)
        {
            return null;
        }
        var detail = GrpcStatus.Parser.ParseFrom(bytes).Details.FirstOrDefault(any => any.Is(WorkflowExecutionAlreadyStartedFailure.Descriptor));
        return detail?.Unpack<WorkflowExecutionAlreadyStartedFailure>();
    }

    /// <summary>Returns whether the error is transient, so that a retry of the start may succeed.</summary>
    public static bool MayPass(RpcException error) => error.StatusCode
        is StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.DeadlineExceeded or StatusCode.Aborted or StatusCode.Internal;
}
