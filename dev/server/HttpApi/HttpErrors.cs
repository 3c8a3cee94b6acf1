using Grpc.Core;
using Temporalio.Api.Common.V1;

namespace EmbeddedTemporal.HttpApi;

/// <summary>Maps a failed call to an HTTP response: <c>{code, message, details}</c> and the matching HTTP status.</summary>
internal static class HttpErrors
{
    private const string DetailsKey = "grpc-status-details-bin";

    /// <summary>Returns the error with its typed details.</summary>
    public static GrpcStatus ToStatus(RpcException error)
    {
        var status = new GrpcStatus { Code = (int)error.StatusCode, Message = error.Status.Detail };
        if (error.Trailers.GetValueBytes(DetailsKey) is { } bytes)
        {
            status.Details.Add(GrpcStatus.Parser.ParseFrom(bytes).Details);
        }
        return status;
    }

    /// <summary>Returns the HTTP status of a gRPC code, as google.rpc.Code documents it.</summary>
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
