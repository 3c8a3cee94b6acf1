using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using OrderOrchestration.DevHost.WebUi;
using OrderOrchestration.Tests.WebUi.Building;

namespace OrderOrchestration.Tests.WebUi.Browsing;

/// <summary>One browser and one build of the Web UI for all tests of this folder.</summary>
[SetUpFixture]
public sealed class WebUiSetUp
{
    // As root inside a container there is no sandbox, and the browser must not call its vendor's servers.
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-quic",
    ];

    private readonly DirectoryInfo profile = Directory.CreateTempSubdirectory("webui-tests-");
    private IPlaywright? playwright;

    /// <summary>
    /// The browser that all tests share, with a profile on disk, so that it retains the compiled scripts of the UI. What a page stores belongs to its server,
    /// and each fixture has a server of its own.
    /// </summary>
    public static IBrowserContext Browser { get; private set; } = null!;

    /// <summary>The folder of the built UI.</summary>
    public static string Folder { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var chromium = Executable("chromium", "chromium-browser", "google-chrome")
            ?? Missing("no Chromium is installed (Debian: apt-get install chromium)");
        Folder = await BuildAsync();
        playwright = await Playwright.CreateAsync();
        // Long, because a machine that builds and tests at once is slow; a real failure lasts longer.
        Assertions.SetDefaultExpectTimeout(20_000);
        Browser = await playwright.Chromium.LaunchPersistentContextAsync(
            profile.FullName,
            new() { ExecutablePath = chromium, Args = Flags, ViewportSize = new() { Width = 1400, Height = 1200 }, Locale = "en-US" });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (Browser is not null)
        {
            await Browser.CloseAsync();
        }

        playwright?.Dispose();
        profile.Delete(recursive: true);
    }

    private static async Task<string> BuildAsync()
    {
        var log = new LogLines(LogLevel.Information);
        var sources = WebUiSources.Find(AppContext.BaseDirectory)!;
        var folder = await new WebUiBuilder(sources, new ProcessRunner(), log).BuildAsync(CancellationToken.None);
        return folder ?? Missing(string.Join(Environment.NewLine, log.All));
    }

    private static string? Executable(params string[] names) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);

    private static string Missing(string reason)
    {
        MissingProgram.Report(reason);
        return "";
    }
}
