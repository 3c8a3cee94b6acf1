using System.Diagnostics;
using System.Globalization;

namespace OrderOrchestration.DevHost.WebUi;

/// <summary>
/// Builds the static files of the Temporal Web UI from <c>dev/webui</c> with Node and npm. A build is cached under a hash of its sources, so that the same
/// sources are built once per checkout, also with several hosts. Incomplete builds are not served.
/// </summary>
/// <remarks>
/// A failure does not stop the host: it is logged as one line, and the host runs without the UI.
/// </remarks>
public sealed partial class WebUiBuilder(WebUiSources sources, IProcessRunner processes, ILogger<WebUiBuilder> log)
{
    /// <summary>Vite requires Node.js 20.19 or newer.</summary>
    private static readonly Version MinimumNode = new(20, 19);

    private const int RetainedBuilds = 3;

    /// <summary>The folder below <c>build</c> that <c>npm run build</c> writes to. In the checkout itself it belongs to the developer and is not deleted.</summary>
    private const string Site = "site";

    private static readonly string Npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    /// <summary>Finds or creates the build of the current sources.</summary>
    /// <returns>The folder to serve, with <c>index.html</c> for every path that is not a file; null if there is no build. The log has the reason.</returns>
    /// <exception cref="OperationCanceledException">The host stops. A running build is killed, and its incomplete output is deleted.</exception>
    public async Task<string?> BuildAsync(CancellationToken cancel)
    {
        try
        {
            var finished = sources.Build();
            if (IsFinished(finished))
            {
                return finished;
            }

            if (!await HasNodeAsync(cancel))
            {
                return null;
            }

            Directory.CreateDirectory(sources.Builds);
            await using var buildLock = await BuildLock.TakeAsync(sources.Builds, cancel);
            return IsFinished(finished) || await MakeAsync(finished, cancel) ? finished : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogFailed(error.Message);
            return null;
        }
    }

    private static bool IsFinished(string build) => File.Exists(Path.Combine(build, "index.html"));

    private async Task<bool> HasNodeAsync(CancellationToken cancel)
    {
        var node = await processes.RunAsync("node", ["--version"], Path.GetTempPath(), cancel);
        var npm = node is null ? null : await processes.RunAsync(Npm, ["--version"], Path.GetTempPath(), cancel);
        if (node is null || npm is null)
        {
            LogSkipped(node is null ? "Node.js is not installed" : "npm is not installed");
            return false;
        }

        var nodeVersion = node.Lines is [var first, ..] ? first : "";
        if (!Version.TryParse(nodeVersion.TrimStart('v'), out var version) || version < MinimumNode)
        {
            LogSkipped($"Node.js here is '{nodeVersion}'");
            return false;
        }

        return true;
    }

    private async Task<bool> MakeAsync(string finished, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var workshop = Path.Combine(sources.Builds, "workshop");
        Discard(workshop);
        try
        {
            sources.CopyTo(workshop);
            LogStep("installing its packages");
            if (!await SucceedsAsync(["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"], workshop, cancel))
            {
                return false;
            }

            LogStep("building it");
            if (!await SucceedsAsync(["run", "build"], workshop, cancel))
            {
                return false;
            }

            // The rename publishes the build atomically.
            Discard(finished);
            Directory.Move(Path.Combine(workshop, "build", Site), finished);
            DiscardOldBuilds();
            LogBuilt(Stopwatch.GetElapsedTime(started).TotalSeconds);
            return true;
        }
        finally
        {
            Discard(workshop);
        }
    }

    private async Task<bool> SucceedsAsync(string[] arguments, string workshop, CancellationToken cancel)
    {
        var outcome = await processes.RunAsync(Npm, arguments, workshop, cancel);
        if (outcome is { ExitCode: 0 })
        {
            return true;
        }

        var transcript = Path.Combine(sources.Builds, "failed.log");
        await File.WriteAllLinesAsync(transcript, outcome?.Lines ?? [], cancel);
        var code = outcome?.ExitCode.ToString(CultureInfo.InvariantCulture) ?? "none";
        LogFailed($"'npm {string.Join(' ', arguments)}' ended with exit code {code}; what it wrote is in {transcript}");
        return false;
    }

    /// <summary>Deletes all but the newest builds. Other hosts may still serve builds of recent sources, so some are retained.</summary>
    private void DiscardOldBuilds()
    {
        var builds = new DirectoryInfo(sources.Builds).EnumerateDirectories()
            .Where(build => build.Name != Site && IsFinished(build.FullName))
            .OrderByDescending(build => File.GetLastWriteTimeUtc(Path.Combine(build.FullName, "index.html")));
        foreach (var build in builds.Skip(RetainedBuilds))
        {
            Discard(build.FullName);
        }
    }

    private static void Discard(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [LoggerMessage(LogLevel.Information, "Web UI: {Step} (once for these sources, about a minute; everything else runs meanwhile)")]
    private partial void LogStep(string step);

    [LoggerMessage(LogLevel.Information, "Web UI: built in {Seconds:F0} s")]
    private partial void LogBuilt(double seconds);

    [LoggerMessage(LogLevel.Warning, "Web UI: left out, it needs Node.js 20.19 or newer with npm, and {Reason}")]
    private partial void LogSkipped(string reason);

    [LoggerMessage(LogLevel.Warning, "Web UI: left out, its build failed: {Reason}")]
    private partial void LogFailed(string reason);
}
