using System.Collections.Frozen;

namespace EmbeddedTemporal.Frontend.Transport;

/// <summary>
/// Dispatches gRPC calls by a dictionary of their paths. The paths are constants, and workers make many small calls, for which matching route patterns costs
/// more than parsing the request. Paths that are not in the dictionary go through routing, which returns the proper gRPC error.
/// </summary>
internal static class CallsByPath
{
    public static void UseCallsByPath(this WebApplication app)
    {
        var calls = new Lazy<FrozenDictionary<string, RequestDelegate>>(() => ((IEndpointRouteBuilder)app).DataSources
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint is { RoutePattern: { Parameters.Count: 0, RawText: not null }, RequestDelegate: not null })
            .ToFrozenDictionary(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'), endpoint => endpoint.RequestDelegate!));
        app.Use((context, next) => HttpMethods.IsPost(context.Request.Method) && calls.Value.TryGetValue(context.Request.Path.Value ?? "", out var call)
            ? call(context)
            : next(context));
        app.UseRouting();
    }
}
