using EmbeddedTemporal.Common;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Workflows.Crashes;

/// <summary>Cuts the current run of an order as soon as its history has so many events.</summary>
internal sealed class Interruption(OrderHarness harness, PlacedOrder order, InterruptionKind kind, long eventId)
{
    /// <summary>No scenario's history becomes that long by itself.</summary>
    private const int LongHistory = 400_000;

    /// <summary>The server's limits in these tests: it suggests to continue as new only where a cut makes the history long, and then at once.</summary>
    public static ServerLimits Limits { get; } = new() { SuggestContinueAsNewBytes = LongHistory, RunInterval = TimeSpan.FromMilliseconds(10) };

    /// <returns><c>false</c>: the run ended before.</returns>
    public async Task<bool> MakeAsync(CancellationToken cancellationToken)
    {
        var rpc = new RpcOptions { CancellationToken = cancellationToken };
        if (await RunOnceThereAsync(rpc) is not var (run, lastTask))
        {
            return false;
        }

        try
        {
            return kind switch
            {
                InterruptionKind.Terminated => await TerminateAsync(run, rpc),
                InterruptionKind.Reset => lastTask is { } task && await ResetAsync(run, task, rpc),
                InterruptionKind.ContinuedAsNew => await ContinueAsNewAsync(run, rpc),
                InterruptionKind.WorkerEnded => await EndWorkerAsync(),
                _ => throw new InvalidOperationException($"nobody cuts by {kind}"),
            };
        }
        catch (RpcException over) when (over.Code == RpcException.StatusCode.NotFound)
        {
            return false;
        }
    }

    /// <returns>The run and its last completed workflow task so far; <c>null</c>: it ended before.</returns>
    private async Task<(WorkflowHandle Run, long? LastTask)?> RunOnceThereAsync(RpcOptions rpc)
    {
        var current = (await order.Handle.DescribeAsync(new() { Rpc = rpc })).RunId;
        var run = harness.Client.GetWorkflowHandle(OrderTemporal.WorkflowId(order.OrderId), current);
        long? lastTask = null;
        await foreach (var entry in run.FetchHistoryEventsAsync(new() { WaitNewEvent = true, Rpc = rpc }))
        {
            lastTask = entry.EventType == EventType.WorkflowTaskCompleted ? entry.EventId : lastTask;
            if (entry.EventId >= eventId)
            {
                return (run, lastTask);
            }
        }

        return null;
    }

    private async Task<bool> TerminateAsync(WorkflowHandle run, RpcOptions rpc)
    {
        await run.TerminateAsync("cut", new() { Rpc = rpc });
        await harness.Runs.RestoreAsync(order.OrderId, rpc.CancellationToken ?? default);
        return true;
    }

    private async Task<bool> ResetAsync(WorkflowHandle run, long lastTask, RpcOptions rpc)
    {
        await harness.Client.WorkflowService.ResetWorkflowExecutionAsync(
            new()
            {
                Namespace = harness.Client.Options.Namespace,
                WorkflowExecution = new() { WorkflowId = run.Id, RunId = run.RunId },
                Reason = "cut",
                RequestId = Guid.NewGuid().ToString(),
                WorkflowTaskFinishEventId = lastTask,
            },
            rpc);
        return true;
    }

    /// <summary>A message that changes nothing makes the history long. The run goes on until nobody waits for an answer and nothing is being written.</summary>
    /// <returns><c>false</c>: the order ended first.</returns>
    private static async Task<bool> ContinueAsNewAsync(WorkflowHandle run, RpcOptions rpc)
    {
        await run.SignalAsync("withdraw", [new WithdrawCommand(new string('-', LongHistory))], new() { Rpc = rpc });
        try
        {
            await run.GetResultAsync<OrderView>(followRuns: false, rpc);
            return false;
        }
        catch (WorkflowContinuedAsNewException)
        {
            return true;
        }
    }

    private async Task<bool> EndWorkerAsync()
    {
        await harness.WithoutWorkerAsync(() => Task.CompletedTask);
        return true;
    }
}
