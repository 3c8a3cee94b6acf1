using System.Diagnostics;
using System.Reflection;
using System.Security;
using Temporalio.Client;
using Temporalio.Testing;

namespace OrderOrchestration.Tests.Server.Packaging;

/// <summary>
/// The two packages as a stranger meets them: packed, put into a folder that knows nothing of this repository, and used from there with no other source
/// than the machine's own package cache.
/// </summary>
[NonParallelizable]
public sealed class PackagesTests
{
    private const string Version = "1.0.0";

    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("embedded-temporal-packages-");

    [OneTimeSetUp]
    public async Task PackAsync()
    {
        var configuration = typeof(PackagesTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var project = Path.Combine(RepositoryRoot(), "dev", "server");
        await RunAsync("pack", project, "--no-build", "-c", configuration, "-o", Path.Combine(scratch.FullName, "packages"), "--nologo");
        await File.WriteAllTextAsync(
            Path.Combine(scratch.FullName, "nuget.config"),
            $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="packed" value="packages" />
                <add key="cache" value="{SecurityElement.Escape(PackageCache())}" />
              </packageSources>
            </configuration>
            """);
    }

    [OneTimeTearDown]
    public void Remove() => scratch.Delete(recursive: true);

    [Test]
    [CancelAfter(180_000)]
    public async Task The_tool_serves_an_SDK_in_place_of_the_server_it_would_download()
    {
        var tools = Path.Combine(scratch.FullName, "tools");
        await RunAsync("tool", "install", "EmbeddedTemporal.Tool", "--version", Version, "--tool-path", tools, "--configfile", Path.Combine(scratch.FullName, "nuget.config"));

        await using var environment = await WorkflowEnvironment.StartLocalAsync(new()
        {
            DevServerOptions = new() { ExistingPath = Path.Combine(tools, OperatingSystem.IsWindows() ? "embedded-temporal.exe" : "embedded-temporal") },
        });
        var handle = await environment.Client.StartWorkflowAsync("Anything", [], new WorkflowOptions("packed", "nobody"));
        Assert.That((await handle.DescribeAsync()).Status, Is.EqualTo(Temporalio.Api.Enums.V1.WorkflowExecutionStatus.Running));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task The_library_starts_a_server_in_a_program_of_a_stranger()
    {
        var program = Directory.CreateDirectory(Path.Combine(scratch.FullName, "program"));
        await File.WriteAllTextAsync(
            Path.Combine(program.FullName, "program.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="EmbeddedTemporal" Version="{Version}" />
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(
            Path.Combine(program.FullName, "Program.cs"),
            """
            await using var server = await EmbeddedTemporal.EmbeddedTemporalServer.StartAsync(new EmbeddedTemporal.EmbeddedTemporalOptions());
            var client = await Temporalio.Client.TemporalClient.ConnectAsync(new(server.TargetHost));
            Console.WriteLine("version " + (await client.WorkflowService.GetSystemInfoAsync(new())).ServerVersion);
            """);

        Assert.That(await RunAsync("run", "--project", program.FullName), Does.Contain("version 1.31.2"));
    }

    /// <summary>Runs the SDK in the scratch folder, with a package cache of its own: a package of this version may differ from the last one.</summary>
    private async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = scratch.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
        if (arguments[0] != "pack")
        {
            start.Environment["NUGET_PACKAGES"] = Path.Combine(scratch.FullName, "cache");
        }

        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var printed = await output + await error;
        Assert.That(process.ExitCode, Is.Zero, $"dotnet {string.Join(' ', arguments)}:{Environment.NewLine}{printed}");
        return printed;
    }

    private static string PackageCache() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string RepositoryRoot()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "OrderOrchestration.sln")))
        {
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("not inside the checkout");
        }

        return root;
    }
}
