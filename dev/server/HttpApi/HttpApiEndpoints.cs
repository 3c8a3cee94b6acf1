using System.Text.Json;

namespace EmbeddedTemporal.HttpApi;

/// <summary>Puts the HTTP API, and the Web UI where asked for, onto a web application.</summary>
public static class HttpApiEndpoints
{
    // The names in the settings are the UI's own, capitals and all.
    private static readonly JsonSerializerOptions SettingsJson = new();

    /// <summary>Gets how many ways there are to call a method over HTTP.</summary>
    public static int RouteCount => TemporalHttpApi.Routes.All.Count;

    /// <summary>Serves the API and refuses everything that does not come from this machine.</summary>
    /// <param name="app">The application; it should listen on a loopback address.</param>
    /// <param name="call">Calls the frontend's handlers.</param>
    /// <param name="options">Which face to serve.</param>
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
