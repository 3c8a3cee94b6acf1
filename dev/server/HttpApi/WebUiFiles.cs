using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace EmbeddedTemporal.HttpApi;

/// <summary>Serves the built Web UI: its files, and index.html for every other path, because it routes in the browser.</summary>
internal static class WebUiFiles
{
    private const string HowToGetIt =
        "<!doctype html><title>Temporal</title><p>The Temporal server is running. Its Web UI is not there yet: <code>dev/host</code> makes it from <code>dev/webui</code> at its first start, which takes about a minute. Then reload this page.";

    /// <summary>Serves the files of the folder, also if the folder is created later. Call it before routing, which matches every path.</summary>
    public static void UseWebUiFiles(this WebApplication app, string? folder)
    {
        if (folder is null)
        {
            return;
        }
        var files = new LaterFolder(Path.GetFullPath(folder));
        app.Lifetime.ApplicationStopped.Register(files.Dispose);
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = served => served.Context.Response.Headers.CacheControl =
                IsNamedByContent(served.Context) ? "public, max-age=31536000, immutable" : "no-cache",
        });
    }

    /// <summary>Serves index.html, or instructions if it does not exist, on every other path, including paths that end like a file name.</summary>
    public static void MapWebUi(this WebApplication app, string? folder) => app.MapGet("{**path}", (HttpContext context) =>
    {
        if (IsNamedByContent(context))
        {
            return Results.NotFound();
        }
        context.Response.Headers.CacheControl = "no-cache";
        return IndexOf(folder) is { } index ? Results.File(index, "text/html; charset=utf-8") : Results.Content(HowToGetIt, "text/html; charset=utf-8");
    });

    private static string? IndexOf(string? folder)
    {
        var index = folder is null ? null : Path.GetFullPath(Path.Combine(folder, "index.html"));
        return File.Exists(index) ? index : null;
    }

    // These file names contain a content hash. A missing one belongs to another build and returns 404, not index.html.
    private static bool IsNamedByContent(HttpContext context) => context.Request.Path.StartsWithSegments("/_app/immutable", StringComparison.Ordinal);

    /// <summary>A folder that may be created while the server runs.</summary>
    private sealed class LaterFolder(string path) : IFileProvider, IDisposable
    {
        private static readonly NullFileProvider Nothing = new();
        private readonly Lock gate = new();
        private PhysicalFileProvider? files;

        public IFileInfo GetFileInfo(string subpath) => Now().GetFileInfo(subpath);

        public IDirectoryContents GetDirectoryContents(string subpath) => Now().GetDirectoryContents(subpath);

        public IChangeToken Watch(string filter) => Now().Watch(filter);

        public void Dispose() => files?.Dispose();

        private IFileProvider Now()
        {
            lock (gate)
            {
                if (files is null && Directory.Exists(path))
                {
                    files = new PhysicalFileProvider(path);
                }
                return files is null ? Nothing : files;
            }
        }
    }
}
