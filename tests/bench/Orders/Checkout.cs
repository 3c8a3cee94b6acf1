using System.Diagnostics;

namespace OrderOrchestration.Tests.Bench.Orders;

/// <summary>A checkout of this project whose programs are measured: this one, or an older one beside it.</summary>
/// <param name="Name">What its figures are printed under.</param>
internal sealed record Checkout(string Name, string Root)
{
    /// <summary>The one that this program was built from.</summary>
    public static Checkout Own { get; } = new("this checkout", OwnRoot());

    /// <summary>Those that <c>BENCH_BESIDE</c> names: folders, separated by colons.</summary>
    public static IEnumerable<Checkout> Beside() =>
        (Environment.GetEnvironmentVariable("BENCH_BESIDE") ?? string.Empty)
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(root => new Checkout(Path.GetFileName(root.TrimEnd('/')), root));

    /// <summary>The release build of one of its programs, as a user runs it; answers the assembly to run.</summary>
    public async Task<string> BuildAsync(string project, string assembly, CancellationToken cancellationToken)
    {
        using var build = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "build", Path.Combine(Root, project), "-c", "Release", "--nologo", "-v", "quiet", "-p:RunAnalyzersDuringBuild=false" },
            WorkingDirectory = Root,
        })!;
        await build.WaitForExitAsync(cancellationToken);
        return build.ExitCode == 0
            ? Path.Combine(Root, project, "bin", "Release", "net10.0", assembly + ".dll")
            : throw new InvalidOperationException($"{Root}: dotnet build {project} failed");
    }

    private static string OwnRoot()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "OrderOrchestration.sln")))
        {
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("not inside the checkout");
        }

        return root;
    }
}
