using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Retention;

namespace OrderOrchestration.Tests.Workflows.Replay;

/// <summary>Plays the nightly retention run.</summary>
internal static class RetentionHistories
{
    public static async Task RecordAsync(string folder)
    {
        await using var harness = await SettlementHarness.StartAsync();
        var run = await harness.Client.StartWorkflowAsync((RetentionWorkflow retention) => retention.RunAsync(), new("retention-recorded", OrderTemporal.TaskQueue));
        await run.GetResultAsync();
        await RecordedHistory.WriteAsync(folder, "retention-daily", run);
    }
}
