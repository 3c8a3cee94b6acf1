using Google.Protobuf.Reflection;

namespace EmbeddedTemporal.HttpApi;

/// <summary>One way to call a method over HTTP.</summary>
/// <param name="Verb">The HTTP method.</param>
/// <param name="Template">The path.</param>
/// <param name="Body">Which field the body fills: "*" for the whole request, empty for none.</param>
/// <param name="Method">The method that is called.</param>
internal sealed record HttpRoute(string Verb, RouteTemplate Template, string Body, MethodDescriptor Method);

/// <summary>The route a request takes and the fields its path gives.</summary>
internal sealed record HttpRouteMatch(HttpRoute Route, IReadOnlyList<KeyValuePair<string, string>> PathFields);
