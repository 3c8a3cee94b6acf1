using System.Runtime.InteropServices;
using OrderOrchestration.DevHost.WebUi;

namespace OrderOrchestration.DevHost.Dashboard;

/// <summary>
/// The stand-alone dashboard of .NET Aspire, as a NuGet package of the feed that this repository builds from. It is restored on first use and not with every
/// build, because it is large, platform-specific and rarely used.
/// </summary>
internal sealed class DashboardPackage(IProcessRunner runner)
{
    private const string Version = "13.6.5";

    /// <summary>Empty versions of the files that MSBuild would otherwise import from parent folders, so that the repository's settings do not apply.</summary>
    private static readonly string[] IsolationFiles = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"];

    private readonly string name = $"Aspire.Dashboard.Sdk.{RuntimeInformation.RuntimeIdentifier}";

    /// <summary>Restores the package. Returns the path of the dashboard's program, or why it is missing.</summary>
    /// <param name="folder">The folder for the project that references the package.</param>
    public async Task<(string? Program, string? Missing)> FindAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var project = Path.Combine(folder, "dashboard.csproj");
        foreach (var isolationFile in IsolationFiles)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, isolationFile), "<Project />", cancellationToken);
        }

        await File.WriteAllTextAsync(project, Project(), cancellationToken);
        var restored = await runner.RunAsync("dotnet", ["restore", project], folder, cancellationToken);
        if (restored is not { ExitCode: 0 })
        {
            return (null, restored?.Lines.FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal)) ?? "there is no dotnet on the PATH");
        }

        var evaluated = await runner.RunAsync("dotnet", ["msbuild", project, "-getProperty:NuGetPackageRoot"], folder, cancellationToken);
        var root = evaluated?.Lines is [var first, ..] ? first.Trim() : "";
        var file = OperatingSystem.IsWindows() ? "Aspire.Dashboard.exe" : "Aspire.Dashboard";
        var program = Path.Combine(root, name.ToLowerInvariant(), Version, "tools", file);
        return File.Exists(program) ? (program, null) : (null, $"{program} is not in the package");
    }

    private string Project() =>
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
            <NuGetAudit>false</NuGetAudit>
          </PropertyGroup>
          <ItemGroup>
            <PackageDownload Include="{name}" Version="[{Version}]" />
          </ItemGroup>
        </Project>
        """;
}
