using OrderOrchestration.DevHost.WebUi;

namespace OrderOrchestration.Tests.WebUi.Building;

/// <summary>Stands in for Node and npm: answers their versions and "builds" a page into the folder it is called in.</summary>
internal sealed class FakeNpm : IProcessRunner
{
    private int builds;

    public string? NodeVersion { get; init; } = "v22.12.0";

    /// <summary>What <c>npm run build</c> does before it ends; its exit code.</summary>
    public Func<CancellationToken, Task<int>> Build { get; set; } = _ => Task.FromResult(0);

    public int Builds => builds;

    public async Task<ProcessOutcome?> RunAsync(string program, IReadOnlyList<string> arguments, string directory, CancellationToken cancel)
    {
        if (arguments is ["--version"])
        {
            return NodeVersion is null ? null : new(0, [NodeVersion]);
        }

        if (arguments is not ["run", "build"])
        {
            return new(0, ["added 1 package"]);
        }

        Interlocked.Increment(ref builds);
        var site = Directory.CreateDirectory(Path.Combine(directory, "build", "site")).FullName;
        await File.WriteAllTextAsync(Path.Combine(site, "app.js"), "half of it", cancel);
        var code = await Build(cancel);
        await File.WriteAllTextAsync(Path.Combine(site, "index.html"), "<!doctype html>", cancel);
        return new(code, ["the last line"]);
    }
}
