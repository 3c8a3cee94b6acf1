using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Bench;

/// <summary>How late a timer of 50 ms fires, and how late a worker has the task that tells of it; by the server's own clock, server durable.</summary>
internal static class ServerTimers
{
    private const int WarmUp = 5;
    private const int Timers = 50;
    private const string Queue = "naps";

    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartAsync(cancellationToken);
        using var worker = new TemporalWorker(server.Client, new TemporalWorkerOptions(Queue).AddWorkflow<SleepWorkflow>());
        await worker.ExecuteAsync(
            async () =>
            {
                var fired = new List<double>();
                var heard = new List<double>();
                for (var number = 0; number < WarmUp + Timers; number++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var handle = await server.Client.StartWorkflowAsync((SleepWorkflow workflow) => workflow.RunAsync(Nap), new WorkflowOptions($"nap-{number}", Queue));
                    await handle.GetResultAsync();
                    var events = (await handle.FetchHistoryAsync()).Events.ToList();
                    var due = events.First(e => e.EventType == EventType.TimerStarted).EventTime.ToDateTime() + Nap;
                    fired.Add((events.First(e => e.EventType == EventType.TimerFired).EventTime.ToDateTime() - due).TotalMilliseconds);
                    heard.Add((events.Last(e => e.EventType == EventType.WorkflowTaskStarted).EventTime.ToDateTime() - due).TotalMilliseconds);
                }

                Figures.Print("a 50 ms timer fires late by", "ms", fired.Skip(WarmUp));
                Figures.Print("a worker hears of it late by", "ms", heard.Skip(WarmUp));
            },
            cancellationToken);
    }
}
