using EmbeddedTemporal.Visibility.Entries;
using Grpc.Core;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>An invalid or unsupported list filter.</summary>
internal sealed class FilterException(string message) : Exception(message)
{
    public const string Malformed = "malformed SQL query";
    public const string NotSupported = "operation is not supported";
    public const string InvalidExpression = "invalid expression";

    /// <summary>Returns the gRPC error for the client.</summary>
    public RpcException ToInvalidArgument() => VisibilityErrors.InvalidArgument($"invalid query: {Message}");
}
