using Microsoft.Extensions.Logging;
using OrderOrchestration.DevHost.WebUi;

namespace OrderOrchestration.Tests.WebUi.Building;

/// <summary>The Web UI is built once for its sources, and never blocks the host.</summary>
public sealed class WebUiBuilderTests
{
    private LogLines warnings = null!;
    private DirectoryInfo folder = null!;

    [SetUp]
    public void MakeSources()
    {
        warnings = new(LogLevel.Warning);
        folder = Directory.CreateTempSubdirectory("webui-");
        Write("package-lock.json", "{}");
        Write("src/routes/+page.svelte", "<h1>one</h1>");
    }

    [TearDown]
    public void DiscardSources() => folder.Delete(recursive: true);

    [Test]
    public async Task The_same_sources_are_built_once()
    {
        var npm = new FakeNpm();

        var first = await BuildAsync(npm);
        var second = await BuildAsync(npm);

        Assert.That(File.Exists(Path.Combine(first!, "index.html")), Is.True);
        Assert.That(second, Is.EqualTo(first));
        Assert.That(npm.Builds, Is.EqualTo(1));
    }

    [Test]
    public async Task A_finished_build_needs_no_Node()
    {
        var built = await BuildAsync(new FakeNpm());

        Assert.That(await BuildAsync(new FakeNpm { NodeVersion = null }), Is.EqualTo(built));
        Assert.That(warnings.All, Is.Empty);
    }

    [TestCase("src/routes/+page.svelte", "<h1>two</h1>")]
    [TestCase("src/lib/new.ts", "export {};")]
    [TestCase("package-lock.json", "{ }")]
    [TestCase(".npmrc", "audit=false")]
    public async Task A_change_of_the_sources_builds_anew(string file, string content)
    {
        var npm = new FakeNpm();
        var before = await BuildAsync(npm);

        Write(file, content);
        var after = await BuildAsync(npm);

        Assert.That(after, Is.Not.Null.And.Not.EqualTo(before));
        Assert.That(npm.Builds, Is.EqualTo(2));
    }

    [TestCase("node_modules/some/index.js")]
    [TestCase("build/site/index.html")]
    [TestCase(".svelte-kit/tsconfig.json")]
    public async Task What_npm_and_builds_leave_in_the_folder_is_no_source(string file)
    {
        var npm = new FakeNpm();
        var before = await BuildAsync(npm);

        Write(file, "made by a developer's own build");

        Assert.That(await BuildAsync(npm), Is.EqualTo(before));
        Assert.That(npm.Builds, Is.EqualTo(1));
    }

    [Test]
    public async Task Starters_at_once_share_one_build()
    {
        var started = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        var npm = new FakeNpm
        {
            Build = async _ =>
            {
                started.SetResult();
                await finish.Task;
                return 0;
            },
        };

        var first = BuildAsync(npm);
        await started.Task;
        var second = BuildAsync(npm);
        finish.SetResult();

        Assert.That(await second, Is.Not.Null.And.EqualTo(await first));
        Assert.That(npm.Builds, Is.EqualTo(1));
    }

    [TestCase(null, "Node.js is not installed")]
    [TestCase("v18.20.4", "Node.js here is 'v18.20.4'")]
    [TestCase("v20.18.3", "Node.js here is 'v20.18.3'")]
    public async Task Without_a_fitting_Node_one_line_says_so(string? version, string reason)
    {
        var npm = new FakeNpm { NodeVersion = version };

        Assert.That(await BuildAsync(npm), Is.Null);
        Assert.That(warnings.All, Has.Count.EqualTo(1).And.All.Contains(reason));
        Assert.That(npm.Builds, Is.Zero);
    }

    [Test]
    public async Task A_failed_build_is_one_line_that_names_the_transcript_and_the_next_start_tries_again()
    {
        var npm = new FakeNpm { Build = _ => Task.FromResult(1) };

        Assert.That(await BuildAsync(npm), Is.Null);
        var transcript = Path.Combine(folder.FullName, "build", "failed.log");
        Assert.That(warnings.All, Has.Count.EqualTo(1).And.All.Contains(transcript));
        Assert.That(await File.ReadAllTextAsync(transcript), Does.Contain("the last line"));

        npm.Build = _ => Task.FromResult(0);
        Assert.That(await BuildAsync(npm), Is.Not.Null);
    }

    [Test]
    public async Task A_build_that_was_broken_off_is_never_taken_for_one()
    {
        using var stop = new CancellationTokenSource();
        var npm = new FakeNpm
        {
            Build = async cancel =>
            {
                await stop.CancelAsync();
                cancel.ThrowIfCancellationRequested();
                return 0;
            },
        };

        Assert.That(async () => await BuildAsync(npm, stop.Token), Throws.InstanceOf<OperationCanceledException>());

        npm.Build = _ => Task.FromResult(0);
        Assert.That(await BuildAsync(npm), Is.Not.Null);
        Assert.That(npm.Builds, Is.EqualTo(2));
    }

    [Test]
    public async Task Builds_of_sources_long_gone_are_thrown_away()
    {
        var npm = new FakeNpm();
        var builds = new List<string?>();
        for (var change = 0; change < 5; change++)
        {
            Write("src/changing.ts", $"export const change = {change};");
            builds.Add(await BuildAsync(npm));
        }

        Assert.That(builds.Where(Directory.Exists), Is.EqualTo(builds[^3..]));
    }

    [Test]
    public async Task A_folder_that_cannot_be_written_is_one_line()
    {
        Write("build", "a file where the folder for builds should be");

        Assert.That(await BuildAsync(new FakeNpm()), Is.Null);
        Assert.That(warnings.All, Has.Count.EqualTo(1));
    }

    private Task<string?> BuildAsync(FakeNpm npm, CancellationToken cancel = default) =>
        new WebUiBuilder(new WebUiSources(folder.FullName), npm, warnings).BuildAsync(cancel);

    private void Write(string file, string content)
    {
        var path = Path.Combine(folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
