using System.Text.Json;

namespace EmbeddedTemporal.HttpApi;

/// <summary>Adds the HTTP API, or the Web UI with its API, to a web application.</summary>
public static class HttpApiEndpoints
{
    // The Web UI expects the property names in Pascal case.
    private static readonly JsonSerializerOptions SettingsJson = new();

    /// <summary>Gets the number of HTTP routes.</summary>
    public static int RouteCount => TemporalHttpApi.Routes.All.Count;

    /// <summary>Serves the API, and rejects requests with a host or an origin that is not this machine.</summary>
    /// <param name="app">The application; it should listen on a loopback address.</param>
    /// <param name="call">Calls the frontend's handlers.</param>
    /// <param name="options">Whether to serve the Web UI or the HTTP API, with their settings.</param>
    public static void UseTemporalHttpApi(this WebApplication app, FrontendCall call, HttpApiOptions options)
    {
        var api = new TemporalHttpApi(call, options);
        app.Use(next => context => LoopbackOnly.InvokeAsync(context, next));
        if (options.WebUi)
        {
            app.UseWebUiFiles(options.WebUiFolder);
            app.UseRouting();
            app.MapGet("/healthz", () => Results.Json(new { status = "OK" }));
            app.MapGet("/api/v1/settings", () => Results.Json(new WebUiSettings(options.DefaultNamespace, options.CodecEndpoint?.Invoke()), SettingsJson));
            app.MapGet(RawHistory.Path, (HttpContext context) => RawHistory.WriteAsync(context, call));
            app.MapGet(RawHistory.PathOfPage, (HttpContext context) => RawHistory.WriteAsync(context, call));
            app.Map("/api/{**path}", api.InvokeAsync);
            app.MapWebUi(options.WebUiFolder);
        }
        else
        {
            app.UseRouting();
            app.Map("{**path}", api.InvokeAsync);
        }
    }
}
