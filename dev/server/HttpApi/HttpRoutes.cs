using Google.Protobuf.Reflection;
using Temporalio.Api.Dependencies.Google.Api;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace EmbeddedTemporal.HttpApi;

/// <summary>The routes of the google.api.http annotations of services, including additional bindings.</summary>
internal sealed class HttpRoutes
{
    private readonly ILookup<int, HttpRoute> byLength;

    public HttpRoutes(IEnumerable<ServiceDescriptor> services)
    {
        All = [.. services.SelectMany(service => service.Methods).SelectMany(Of)];
        byLength = All.OrderByDescending(route => route.Template.Literals).ToLookup(route => route.Template.Length);
    }

    /// <summary>Gets every route.</summary>
    public IReadOnlyList<HttpRoute> All { get; }

    /// <summary>Finds the route of a request.</summary>
    /// <param name="verb">The HTTP method.</param>
    /// <param name="rawPath">The path as sent, in which a slash within a segment is still escaped.</param>
    /// <param name="pathExists">Whether the path exists with another HTTP method.</param>
    public HttpRouteMatch? Match(string verb, string rawPath, out bool pathExists)
    {
        pathExists = false;
        var path = rawPath.TrimStart('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        foreach (var route in byLength[path.Length])
        {
            if (route.Template.Match(path) is not { } fields)
            {
                continue;
            }
            if (route.Verb == verb)
            {
                return new HttpRouteMatch(route, fields);
            }
            pathExists = true;
        }
        return null;
    }

    private static IEnumerable<HttpRoute> Of(MethodDescriptor method)
    {
        if (method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is not { } rule)
        {
            return [];
        }
        return rule.AdditionalBindings.Prepend(rule).Select(binding =>
        {
            var (verb, path) = VerbAndPath(binding);
            return new HttpRoute(verb, new RouteTemplate(path), binding.Body, method);
        });
    }

    private static (string Verb, string Path) VerbAndPath(HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => ("GET", rule.Get),
        HttpRule.PatternOneofCase.Put => ("PUT", rule.Put),
        HttpRule.PatternOneofCase.Post => ("POST", rule.Post),
        HttpRule.PatternOneofCase.Delete => ("DELETE", rule.Delete),
        HttpRule.PatternOneofCase.Patch => ("PATCH", rule.Patch),
        _ => (rule.Custom.Kind, rule.Custom.Path),
    };
}
