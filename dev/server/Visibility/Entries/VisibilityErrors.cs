using Grpc.Core;

namespace EmbeddedTemporal.Visibility.Entries;

internal static class VisibilityErrors
{
    public static RpcException InvalidArgument(string message) => new(new Status(StatusCode.InvalidArgument, message));
}
