using Google.Protobuf.Reflection;

namespace EmbeddedTemporal.HttpApi;

/// <summary>An HTTP route of a gRPC method.</summary>
/// <param name="Verb">The HTTP method.</param>
/// <param name="Template">The path template.</param>
/// <param name="Body">The request field that the body is bound to: "*" for the whole request, empty for none.</param>
/// <param name="Method">The gRPC method.</param>
internal sealed record HttpRoute(string Verb, RouteTemplate Template, string Body, MethodDescriptor Method);

/// <summary>The matched route of a request, and the fields in its path.</summary>
internal sealed record HttpRouteMatch(HttpRoute Route, IReadOnlyList<KeyValuePair<string, string>> PathFields);
