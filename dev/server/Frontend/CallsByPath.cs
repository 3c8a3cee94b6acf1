using System.Collections.Frozen;

namespace EmbeddedTemporal.Frontend;

/// <summary>
/// Finds the call that a path names by one look into a table. The paths of gRPC are constants, and a worker's calls are many and small: to match each
/// against patterns of routes costs more than to take it apart. Whatever is not in the table goes through routing, which answers as gRPC wants it.
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
