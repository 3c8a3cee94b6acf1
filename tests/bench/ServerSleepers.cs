using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace OrderOrchestration.Tests.Bench;

/// <summary>
/// 100,000 open workflows that sleep on timers in one durable server: what they hold in memory, whether others wait longer for their tasks
/// because of them, and how long a restart takes. The tasks are answered by hand, for an SDK's worker would be what is measured otherwise.
/// </summary>
internal static class ServerSleepers
{
    private const int Sleepers = 100_000;
    private const int Steps = 4;
    private const int InFlight = 64;
    private const int Samples = 300;

    private static readonly Duration Month = Duration.FromTimeSpan(TimeSpan.FromDays(30));

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        var server = await ServerProcess.StartAsync(cancellationToken);
        try
        {
            using (var wire = new WireClient(server.TargetHost))
            {
                await PollLatenciesAsync(wire, cancellationToken);
            }

            await PrintAsync(server, 0, cancellationToken);
            for (var step = 1; step <= Steps; step++)
            {
                await PutToSleepAsync(server, Sleepers / Steps * (step - 1), Sleepers / Steps * step, cancellationToken);
                await PrintAsync(server, Sleepers / Steps * step, cancellationToken);
            }

            server = await server.RestartAsync(cancellationToken);
            Figures.Print("ready again after a kill", "ms", [server.ReadyAfter.TotalMilliseconds]);
            await PrintAsync(server, Sleepers, cancellationToken);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task PrintAsync(ServerProcess server, int asleep, CancellationToken cancellationToken)
    {
        using var wire = new WireClient(server.TargetHost);
        Figures.Print($"{asleep:N0} asleep: start to task in hand", "ms", await PollLatenciesAsync(wire, cancellationToken));
        Figures.Print($"{asleep:N0} asleep: resident memory", "MB", [server.ResidentMegabytes]);
    }

    private static async Task PutToSleepAsync(ServerProcess server, int from, int to, CancellationToken cancellationToken)
    {
        using var wire = new WireClient(server.TargetHost);
        var clock = Stopwatch.StartNew();
        await Parallel.ForAsync(
            from,
            to,
            new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken },
            async (number, _) => await SleepAsync(wire, number));
        Figures.Print("put to sleep", "per second", [(to - from) / clock.Elapsed.TotalSeconds]);
    }

    private static async Task SleepAsync(WireClient wire, int number)
    {
        var started = await wire.StartAsync($"sleeper-{number}", "sleepers", eager: true);
        await AnswerAsync(wire, started.EagerWorkflowTask.TaskToken, new()
        {
            CommandType = CommandType.StartTimer,
            StartTimerCommandAttributes = new() { TimerId = "1", StartToFireTimeout = Month },
        });
    }

    private static Task<RespondWorkflowTaskCompletedResponse> AnswerAsync(WireClient wire, ByteString taskToken, Command command) => wire.CallAsync<RespondWorkflowTaskCompletedResponse>(
        "RespondWorkflowTaskCompleted", new RespondWorkflowTaskCompletedRequest { TaskToken = taskToken, Commands = { command } });

    /// <summary>How long a task takes from the start of its workflow into the hands of a worker that waits for it.</summary>
    private static async Task<IReadOnlyList<double>> PollLatenciesAsync(WireClient wire, CancellationToken cancellationToken)
    {
        var latencies = new List<double>();
        for (var sample = 0; sample < Samples; sample++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var poll = wire.CallAsync<PollWorkflowTaskQueueResponse>(
                "PollWorkflowTaskQueue", new PollWorkflowTaskQueueRequest { Namespace = WireClient.Namespace, TaskQueue = new() { Name = "awake" } });
            var clock = Stopwatch.StartNew();
            await wire.StartAsync($"awake-{Guid.NewGuid():N}", "awake");
            var task = await poll;
            latencies.Add(clock.Elapsed.TotalMilliseconds);
            await AnswerAsync(wire, task.TaskToken, new()
            {
                CommandType = CommandType.CompleteWorkflowExecution,
                CompleteWorkflowExecutionCommandAttributes = new(),
            });
        }

        return latencies;
    }
}
