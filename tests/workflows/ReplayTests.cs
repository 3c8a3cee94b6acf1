using OrderOrchestration.Tests.Workflows.Worlds;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Common;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>
/// Orders and settlements of earlier days must go on under today's code: their recorded histories are replayed. Record anew (only together with a change that is
/// patched, or before the first release) by running these tests with <c>ORDER_TESTS_RECORD_HISTORIES</c> set to the folder <c>Histories</c>.
/// </summary>
public sealed class ReplayTests
{
    private const string RecordTo = "ORDER_TESTS_RECORD_HISTORIES";

    private static string Folder => Path.Combine(TestContext.CurrentContext.TestDirectory, "Histories");

    [Test]
    public async Task A_recorded_happy_path_replays([Values("happy-path")] string name)
    {
        if (Environment.GetEnvironmentVariable(RecordTo) is { } folder)
        {
            await RecordAsync(Path.Combine(folder, name + ".json"));
        }

        var json = await File.ReadAllTextAsync(Path.Combine(Environment.GetEnvironmentVariable(RecordTo) ?? Folder, name + ".json"));
        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions { DataConverter = OrderJson.DataConverter }.AddWorkflow<OrderWorkflow>());

        var result = await replayer.ReplayWorkflowAsync(WorkflowHistory.FromJson("order-recorded", json), throwOnReplayFailure: false);

        Assert.That(result.ReplayFailure, Is.Null);
    }

    [Test]
    public async Task A_recorded_settlement_replays(
        [Values("settlement-daily", "settlement-page", "settlement-last-page", "payout-run", "payout-completed", "payout-failed", "settlement-stuck")] string name)
    {
        if (Environment.GetEnvironmentVariable(RecordTo) is { } folder && !File.Exists(Path.Combine(folder, name + ".json")))
        {
            await SettlementHistories.RecordAsync(folder);
        }

        var json = await File.ReadAllTextAsync(Path.Combine(Environment.GetEnvironmentVariable(RecordTo) ?? Folder, name + ".json"));
        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions { DataConverter = OrderJson.DataConverter }
            .AddWorkflow<SettlementDailyWorkflow>()
            .AddWorkflow<SettlementWorkflow>()
            .AddWorkflow<PayoutRunWorkflow>()
            .AddWorkflow<PayoutWorkflow>());

        var result = await replayer.ReplayWorkflowAsync(WorkflowHistory.FromJson(name, json), throwOnReplayFailure: false);

        Assert.That(result.ReplayFailure, Is.Null);
    }

    private static async Task RecordAsync(string path)
    {
        await using var world = await OrderWorld.StartAsync();
        var order = await world.PlaceAsync(Requests.Combined(OrderWorld.NewOrderId()));
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await order.LetDeliverAsync();
        await order.WhenEndedAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, (await order.Handle.FetchHistoryAsync()).ToJson());
    }
}
