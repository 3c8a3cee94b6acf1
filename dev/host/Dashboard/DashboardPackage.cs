using System.Runtime.InteropServices;
using OrderOrchestration.DevHost.WebUi;

namespace OrderOrchestration.DevHost.Dashboard;

/// <summary>
/// The stand-alone dashboard of .NET Aspire, as a package of the feed that this repository builds from. It is fetched when it is first asked for and not
/// with every build: it is large, made for one platform, and most never look at it.
/// </summary>
internal sealed class DashboardPackage(IProcessRunner runner)
{
    private const string Version = "13.6.5";

    /// <summary>Files that MSBuild would otherwise look for above the folder: this is a request to the feed and no part of a repository.</summary>
    private static readonly string[] Around = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"];

    private readonly string name = $"Aspire.Dashboard.Sdk.{RuntimeInformation.RuntimeIdentifier}";

    /// <summary>The dashboard's program, or why there is none.</summary>
    /// <param name="folder">Where the project that asks for the package is written.</param>
    public async Task<(string? Program, string? Missing)> FindAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var project = Path.Combine(folder, "dashboard.csproj");
        foreach (var around in Around)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, around), "<Project />", cancellationToken);
        }

        await File.WriteAllTextAsync(project, Project(), cancellationToken);
        var restored = await runner.RunAsync("dotnet", ["restore", project], folder, cancellationToken);
        if (restored is not { ExitCode: 0 })
        {
            return (null, restored?.Lines.FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal)) ?? "there is no dotnet on the PATH");
        }

        var asked = await runner.RunAsync("dotnet", ["msbuild", project, "-getProperty:NuGetPackageRoot"], folder, cancellationToken);
        var root = asked?.Lines is [var first, ..] ? first.Trim() : "";
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
