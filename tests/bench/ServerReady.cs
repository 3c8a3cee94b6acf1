namespace OrderOrchestration.Tests.Bench;

/// <summary>How long the embedded Temporal server takes from process start to its first answer, and what it holds when idle.</summary>
internal static class ServerReady
{
    private const int Runs = 7;

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        var ready = new List<double>();
        var memory = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            await using var server = await ServerProcess.StartAsync(cancellationToken);
            ready.Add(server.ReadyAfter.TotalMilliseconds);
            memory.Add(server.ResidentMegabytes);
        }

        Figures.Print("ready after", "ms", ready);
        Figures.Print("resident memory once ready", "MB", memory);
    }
}
