using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Reconciliation;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Workflows.Reconciliation;

/// <summary>Reconciliations of earlier days must go on under today's code: their recorded histories are replayed, and recorded anew like those of orders.</summary>
public sealed class ReconciliationReplayTests
{
    private static readonly string? RecordTo = Environment.GetEnvironmentVariable("ORDER_TESTS_RECORD_HISTORIES");

    private static string Folder => RecordTo ?? Path.Combine(TestContext.CurrentContext.TestDirectory, "Histories");

    [OneTimeSetUp]
    public async Task RecordAsync()
    {
        if (RecordTo is not null)
        {
            await using var harness = await SettlementHarness.StartAsync(paymentPageSize: 2);
            await RecordNightAsync(harness);
            await RecordPagesAsync(harness);
            await RecordFailureAsync(harness);
        }
    }

    [Test]
    public async Task A_recorded_reconciliation_replays(
        [Values("reconciliation-daily", "reconciliation", "reconciliation-page", "reconciliation-last-page", "reconciliation-failed")] string name)
    {
        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions { DataConverter = OrderJson.DataConverter }
            .AddWorkflow<ReconciliationDailyWorkflow>()
            .AddWorkflow<ReconciliationWorkflow>());
        var history = await File.ReadAllTextAsync(Path.Combine(Folder, name + ".json"));

        var result = await replayer.ReplayWorkflowAsync(WorkflowHistory.FromJson(name, history), throwOnReplayFailure: false);

        Assert.That(result.ReplayFailure, Is.Null);
    }

    private static async Task RecordNightAsync(SettlementHarness harness)
    {
        var day = harness.Today;
        await harness.SellByCardAsync();
        await harness.SkipToAsync(day.AddDays(1), new TimeOnly(4, 30));
        await harness.ReconciledAsync(day);
        var night = $"payment-reconciliation-{BusinessDay.EndOf(day).AddHours(4).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}";
        await harness.Client.GetWorkflowHandle(night).GetResultAsync();
        await SaveAsync(harness, "reconciliation-daily", night);
        await SaveAsync(harness, "reconciliation", ReconciliationTemporal.DayWorkflowId(day));
    }

    private static async Task RecordPagesAsync(SettlementHarness harness)
    {
        for (var i = 0; i < 5; i++)
        {
            await harness.SellByCardAsync();
        }

        var handle = await StartAsync(harness, new ReconcileDay(harness.Today, PaymentsPerStep: 2, StepsPerRun: 2));
        await handle.GetResultAsync();
        await SaveAsync(harness, "reconciliation-page", handle.Id, handle.ResultRunId);
        await SaveAsync(harness, "reconciliation-last-page", handle.Id);
    }

    private static async Task RecordFailureAsync(SettlementHarness harness)
    {
        harness.Teams.Faults.Set(new FaultRule(Team.Payment, Method: "GET", Path: "/payments", Status: 400));
        var handle = await StartAsync(harness, new ReconcileDay(harness.Today.AddDays(-5)));
        await handle.GetResultAsync();
        await SaveAsync(harness, "reconciliation-failed", handle.Id);
    }

    private static Task<WorkflowHandle<ReconciliationWorkflow, ReconciliationStatus>> StartAsync(SettlementHarness harness, ReconcileDay input) =>
        harness.Client.StartWorkflowAsync(
            (ReconciliationWorkflow reconciliation) => reconciliation.RunAsync(input),
            new(ReconciliationTemporal.DayWorkflowId(input.Day), OrderTemporal.TaskQueue));

    private static async Task SaveAsync(SettlementHarness harness, string name, string workflowId, string? runId = null)
    {
        var history = await harness.Client.GetWorkflowHandle(workflowId, runId).FetchHistoryAsync();
        await RecordedHistory.WriteAsync(Path.Combine(Folder, name + ".json"), history);
    }
}
