using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace EmbeddedTemporal.HttpApi;

/// <summary>The built Web UI: its files, and its first page for every other path, because its routes live in the browser.</summary>
internal static class WebUiFiles
{
    private const string HowToGetIt =
        "<!doctype html><title>Temporal</title><p>The Temporal server is running. Its Web UI is not there yet: <code>dev/host</code> makes it from <code>dev/webui</code> at its first start, which takes about a minute. Then reload this page.";

    /// <summary>Serves what is a file of the folder, also of one that is made later; call it before routing, which would take every path.</summary>
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

    /// <summary>Serves the UI's first page, or how to get it, on every path that is nothing else. A page's path may end like a file's.</summary>
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

    // Such a file belongs to one build: of another build's there is none, and no page stands for it.
    private static bool IsNamedByContent(HttpContext context) => context.Request.Path.StartsWithSegments("/_app/immutable", StringComparison.Ordinal);

    /// <summary>A folder that may be made while the server runs.</summary>
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
