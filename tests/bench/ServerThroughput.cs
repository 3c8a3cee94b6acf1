using System.Diagnostics;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Bench;

/// <summary>
/// Trivial workflows (one activity) a second with 50 in flight, and with fewer; server durable, worker in this process. Other servers that
/// <c>BENCH_BESIDE</c> names (programs of the same command line, separated by colons) are measured beside it in short turns, so that all of them
/// meet the machine in the same moods; each is compared turn by turn. A turn begins when all of them rest: what one still has to tidy up after its
/// turn (garbage collection in the background) is not taken from the next one's.
/// </summary>
internal static class ServerThroughput
{
    private const int WarmUp = 4_000;

    private static readonly Load[] Loads =
    [
        new(InFlight: 50, WorkflowsInTurn: 1_000, Turns: 24),
        new(InFlight: 10, WorkflowsInTurn: 500, Turns: 12),
        new(InFlight: 4, WorkflowsInTurn: 250, Turns: 12),
    ];

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        var beside = Environment.GetEnvironmentVariable("BENCH_BESIDE")?.Split(':', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var contenders = new List<Contender>();
        DiskFlush.Print(cancellationToken);
        try
        {
            contenders.Add(await Contender.StartAsync("workflows", null, cancellationToken));
            foreach (var program in beside)
            {
                contenders.Add(await Contender.StartAsync(Path.GetFileName(program), program, cancellationToken));
            }

            foreach (var contender in contenders)
            {
                await contender.RunAsync(WarmUp, Loads[0].InFlight, cancellationToken);
            }

            foreach (var load in Loads)
            {
                await MeasureAsync(contenders, load, cancellationToken);
            }
        }
        finally
        {
            foreach (var contender in contenders)
            {
                await contender.DisposeAsync();
            }
        }
    }

    private static async Task MeasureAsync(List<Contender> contenders, Load load, CancellationToken cancellationToken)
    {
        for (var turn = 0; turn < load.Turns; turn++)
        {
            // Each goes first as often as the others: what runs after a pause finds colder caches.
            foreach (var contender in turn % 2 == 0 ? contenders : contenders.AsEnumerable().Reverse())
            {
                await RestAsync(contenders, cancellationToken);
                await contender.TakeTurnAsync(load, cancellationToken);
            }
        }

        contenders.ForEach(contender => contender.Print(load, contenders[0]));
        contenders.ForEach(contender => contender.Forget());
    }

    /// <summary>Returns once all servers together need less than a twentieth of a processor; after five seconds in any case.</summary>
    private static async Task RestAsync(List<Contender> contenders, CancellationToken cancellationToken)
    {
        var moment = TimeSpan.FromMilliseconds(100);
        double Used() => contenders.Sum(contender => contender.ProcessorTime.TotalSeconds);
        for (var waited = TimeSpan.Zero; waited < TimeSpan.FromSeconds(5); waited += moment)
        {
            var before = Used();
            await Task.Delay(moment, cancellationToken);
            if (Used() - before < moment.TotalSeconds / 20)
            {
                return;
            }
        }
    }

    private sealed record Load(int InFlight, int WorkflowsInTurn, int Turns);

    private sealed class Contender(string name, ServerProcess server) : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly List<double> rates = [];
        private readonly List<double> costs = [];
        private readonly List<double> workerCosts = [];
        private readonly TemporalWorker worker = OneActivityWorkflow.Worker(server.Client);
        private Task working = Task.CompletedTask;

        public TimeSpan ProcessorTime => server.ProcessorTime;

        public static async Task<Contender> StartAsync(string name, string? program, CancellationToken cancellationToken)
        {
            var server = program is null ? await ServerProcess.StartAsync(cancellationToken) : await ServerProcess.StartAsync(program, cancellationToken);
            var contender = new Contender(name, server);
            contender.working = contender.worker.ExecuteAsync(contender.stop.Token);
            return contender;
        }

        public Task RunAsync(int workflows, int inFlight, CancellationToken cancellationToken) => Parallel.ForAsync(
            0,
            workflows,
            new ParallelOptions { MaxDegreeOfParallelism = inFlight, CancellationToken = cancellationToken },
            async (number, _) => await OneActivityWorkflow.ExecuteAsync(server.Client, number));

        public async Task TakeTurnAsync(Load load, CancellationToken cancellationToken)
        {
            var before = ProcessorTime;
            var ownBefore = Environment.CpuUsage.TotalTime;
            var clock = Stopwatch.StartNew();
            await RunAsync(load.WorkflowsInTurn, load.InFlight, cancellationToken);
            rates.Add(load.WorkflowsInTurn / clock.Elapsed.TotalSeconds);
            costs.Add((ProcessorTime - before).TotalMilliseconds / load.WorkflowsInTurn);
            workerCosts.Add((Environment.CpuUsage.TotalTime - ownBefore).TotalMilliseconds / load.WorkflowsInTurn);
        }

        public void Print(Load load, Contender first)
        {
            Figures.Print($"{name}, {load.InFlight} in flight, durable", "per second", rates);
            Figures.Print("  server processor time", "ms/workflow", costs);
            Figures.Print("  worker and client processor time", "ms/workflow", workerCosts);
            if (first != this)
            {
                Figures.Print("  the first server's rate over this one's", "", first.rates.Zip(rates, (ours, theirs) => ours / theirs), decimals: 2);
            }
        }

        /// <summary>Begins another load.</summary>
        public void Forget()
        {
            rates.Clear();
            costs.Clear();
            workerCosts.Clear();
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            worker.Dispose();
            stop.Dispose();
            await server.DisposeAsync();
        }
    }
}
