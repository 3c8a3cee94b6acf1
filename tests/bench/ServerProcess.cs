using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OrderOrchestration.Tests.Bench.Orders;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Bench;

/// <summary>
/// The embedded Temporal server as its own process, published ReadyToRun as a deployment of it would be; or another program that takes the same
/// command line, where <c>BENCH_SERVER</c> names one.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static string? executable;

    private readonly Process process;
    private readonly string directory;

    private ServerProcess(Process process, string directory, string targetHost, TemporalClient client, TimeSpan readyAfter)
    {
        TargetHost = targetHost;
        this.process = process;
        this.directory = directory;
        Client = client;
        ReadyAfter = readyAfter;
    }

    public TemporalClient Client { get; }

    public string TargetHost { get; }

    public int Id => process.Id;

    /// <summary>Bytes on disk of its database, the write-ahead log included.</summary>
    public long DatabaseBytes => new DirectoryInfo(directory).EnumerateFiles("temporal.db*").Sum(file => file.Length);

    /// <summary>From the start of the process to its first answer over gRPC.</summary>
    public TimeSpan ReadyAfter { get; }

    public double ResidentMegabytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public static async Task<ServerProcess> StartAsync(CancellationToken cancellationToken)
    {
        executable ??= Environment.GetEnvironmentVariable("BENCH_SERVER") ?? await PublishAsync(cancellationToken);
        return await StartAsync(executable, cancellationToken);
    }

    public static Task<ServerProcess> StartAsync(string program, CancellationToken cancellationToken) =>
        StartAsync(program, Directory.CreateTempSubdirectory("bench-temporal-").FullName, cancellationToken);

    /// <summary>A client that writes what the programs of the order read.</summary>
    public Task<TemporalClient> OrderClientAsync() => TemporalClient.ConnectAsync(new(TargetHost) { DataConverter = OrderJson.DataConverter });

    /// <summary>Kills the server and starts another on the same database.</summary>
    public async Task<ServerProcess> RestartAsync(CancellationToken cancellationToken)
    {
        var program = process.StartInfo.FileName;
        await KillAsync();
        return await StartAsync(program, directory, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<ServerProcess> StartAsync(string program, string directory, CancellationToken cancellationToken)
    {
        var port = Ports.Free();
        var start = new ProcessStartInfo(program)
        {
            ArgumentList =
            {
                "server", "start-dev", "--ip", "127.0.0.1", "--port", $"{port}", "--headless", "--db-filename", Path.Combine(directory, "temporal.db"),
            },
            RedirectStandardOutput = true,
        };
        var clock = Stopwatch.StartNew();
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        await PortOpensAsync(process, port, clock, cancellationToken);
        var targetHost = $"127.0.0.1:{port}";
        var client = await TemporalClient.ConnectAsync(new(targetHost));
        return new(process, directory, targetHost, client, clock.Elapsed);
    }

    private async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<string> PublishAsync(CancellationToken cancellationToken)
    {
        var root = Checkout.Own.Root;
        var output = Path.Combine(root, "tests", "bench", "bin", "embedded-temporal");
        using var publish = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "publish", Path.Combine(root, "dev", "server"), "-c", "Release", "-o", output, "--nologo", "-v", "quiet" },
        })!;
        await publish.WaitForExitAsync(cancellationToken);
        return publish.ExitCode == 0
            ? Path.Combine(output, "embedded-temporal")
            : throw new InvalidOperationException("dotnet publish dev/server failed");
    }

    /// <summary>Knocks until somebody answers: the client's own retries are too coarse to measure with.</summary>
    private static async Task PortOpensAsync(Process process, int port, Stopwatch clock, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var knock = new TcpClient();
                await knock.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return;
            }
            catch (SocketException) when (!process.HasExited && clock.Elapsed < TimeSpan.FromMinutes(2))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
            }
        }
    }
}
