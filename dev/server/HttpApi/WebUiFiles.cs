using Microsoft.Extensions.FileProviders;

namespace EmbeddedTemporal.HttpApi;

/// <summary>The built Web UI: its files, and its first page for every other path, because its routes live in the browser.</summary>
internal static class WebUiFiles
{
    private const string HowToGetIt =
        "<!doctype html><title>Temporal</title><p>The Temporal server is running. Its Web UI is not there: <code>dev/host</code> makes it at its first start, which takes about a minute (its log says how far it is). Then reload this page.";

    /// <summary>Serves the folder on all paths but the API's, from the moment that there is something in it.</summary>
    public static void UseWebUi(this WebApplication app, string? folder)
    {
        var files = new LaterFolder(folder);
        app.Lifetime.ApplicationStopped.Register(files.Dispose);
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = served => served.Context.Response.Headers.CacheControl =
                IsNamedByContent(served.Context.Request.Path) ? "public, max-age=31536000, immutable" : "no-cache",
        });
        app.MapMethods("{**path}", [HttpMethods.Get, HttpMethods.Head], (HttpContext context) => FirstPage(context, files));
    }

    // A path may end like a file ("/schedules/nightly.v1") and be a page; only what the build names by content is never one.
    private static IResult FirstPage(HttpContext context, LaterFolder files)
    {
        if (IsNamedByContent(context.Request.Path))
        {
            return Results.NotFound();
        }
        context.Response.Headers.CacheControl = "no-cache";
        return files.GetFileInfo("index.html") is { Exists: true, PhysicalPath: { } page }
            ? Results.File(page, "text/html; charset=utf-8")
            : Results.Content(HowToGetIt, "text/html; charset=utf-8");
    }

    private static bool IsNamedByContent(PathString path) => path.StartsWithSegments("/_app/immutable", StringComparison.Ordinal);

    /// <summary>A folder that may be made while the server runs.</summary>
    private sealed class LaterFolder(string? path) : IFileProvider, IDisposable
    {
        private static readonly NullFileProvider Nothing = new();
        private readonly Lock gate = new();
        private PhysicalFileProvider? files;

        public IFileInfo GetFileInfo(string subpath) => Now().GetFileInfo(subpath);

        public IDirectoryContents GetDirectoryContents(string subpath) => Now().GetDirectoryContents(subpath);

        public Microsoft.Extensions.Primitives.IChangeToken Watch(string filter) => Now().Watch(filter);

        public void Dispose() => files?.Dispose();

        private IFileProvider Now()
        {
            lock (gate)
            {
                if (files is null && path is not null && Directory.Exists(path))
                {
                    files = new PhysicalFileProvider(Path.GetFullPath(path));
                }
                return files is null ? Nothing : files;
            }
        }
    }
}
