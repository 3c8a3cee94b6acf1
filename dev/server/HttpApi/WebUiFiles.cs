using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.FileProviders;

namespace EmbeddedTemporal.HttpApi;

/// <summary>The built Web UI: its files, and its first page for every other path, because its routes live in the browser.</summary>
internal static class WebUiFiles
{
    private const string HowToGetIt =
        "<!doctype html><title>Temporal</title><p>The Temporal server is running. Its Web UI is not built: run <code>npm ci &amp;&amp; npm run build</code> in <code>dev/webui</code> and start again.";

    /// <summary>Serves what is a file of the folder; call it before routing, which would take every path.</summary>
    public static void UseWebUiFiles(this WebApplication app, string? folder)
    {
        if (IndexOf(folder) is null)
        {
            return;
        }
        var files = new PhysicalFileProvider(Path.GetFullPath(folder!));
        app.Lifetime.ApplicationStopped.Register(files.Dispose);
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = served => served.Context.Response.Headers.CacheControl =
                served.Context.Request.Path.StartsWithSegments("/_app/immutable") ? "public, max-age=31536000, immutable" : "no-cache",
        });
    }

    /// <summary>Serves the UI's first page, or how to get it, on every path that is nothing else.</summary>
    public static void MapWebUi(this WebApplication app, string? folder)
    {
        app.MapGet("/render", Render);
        app.MapGet("{**path}", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-cache";
            return IndexOf(folder) is { } index ? Results.File(index, "text/html; charset=utf-8") : Results.Content(HowToGetIt, "text/html; charset=utf-8");
        });
    }

    private static string? IndexOf(string? folder)
    {
        var index = folder is null ? null : Path.GetFullPath(Path.Combine(folder, "index.html"));
        return File.Exists(index) ? index : null;
    }

    // The UI frames this page to show texts that workflows carry: they are shown as text, in a page that can run nothing.
    private static IResult Render(HttpContext context, string? content, string? theme)
    {
        var nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        context.Response.Headers.ContentSecurityPolicy =
            $"base-uri 'self'; default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'self'; form-action 'none'; sandbox allow-same-origin";
        var colours = theme == "dark" ? "background:#141414;color:#f8fafc" : "background:#fff;color:#121416";
        return Results.Content(
            $"<!doctype html><meta charset=utf-8><style nonce=\"{nonce}\">body{{margin:1rem;font-family:sans-serif;white-space:pre-wrap;{colours}}}</style><body>{WebUtility.HtmlEncode(content)}",
            "text/html; charset=utf-8");
    }
}
