using EmbeddedTemporal.Visibility.Entries;
using Grpc.Core;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>A list filter the server cannot answer.</summary>
internal sealed class FilterException(string message) : Exception(message)
{
    public const string Malformed = "malformed SQL query";
    public const string NotSupported = "operation is not supported";
    public const string InvalidExpression = "invalid expression";

    /// <summary>Answers the error the client gets.</summary>
    public RpcException ToInvalidArgument() => VisibilityErrors.InvalidArgument($"invalid query: {Message}");
}
