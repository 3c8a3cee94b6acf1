using Grpc.Core;
using Temporalio.Api.Common.V1;

namespace EmbeddedTemporal.HttpApi;

/// <summary>How a failed call is told over HTTP: <c>{code, message, details}</c> and the matching HTTP status.</summary>
internal static class HttpErrors
{
    private const string DetailsKey = "grpc-status-details-bin";

    /// <summary>Answers the error with the details that the call gave.</summary>
    public static GrpcStatus ToStatus(RpcException error)
    {
        var status = new GrpcStatus { Code = (int)error.StatusCode, Message = error.Status.Detail };
        if (error.Trailers.GetValueBytes(DetailsKey) is { } bytes)
        {
            status.Details.Add(GrpcStatus.Parser.ParseFrom(bytes).Details);
        }
        return status;
    }

    /// <summary>Answers the HTTP status of a gRPC code, as google.rpc.Code documents it.</summary>
    public static int ToHttp(StatusCode code) => code switch
    {
        StatusCode.OK => 200,
        StatusCode.Cancelled => 499,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => 400,
        StatusCode.DeadlineExceeded => 504,
        StatusCode.NotFound => 404,
        StatusCode.AlreadyExists or StatusCode.Aborted => 409,
        StatusCode.PermissionDenied => 403,
        StatusCode.Unauthenticated => 401,
        StatusCode.ResourceExhausted => 429,
        StatusCode.Unimplemented => 501,
        StatusCode.Unavailable => 503,
        _ => 500,
    };
}
