using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Reconciliation;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Workflows.Replay;

/// <summary>Plays every workflow of the comparison with the payment team (결제 대사).</summary>
internal static class ReconciliationHistories
{
    public static async Task RecordAsync(string folder)
    {
        await using var harness = await SettlementHarness.StartAsync(paymentPageSize: 2);
        await RecordNightAsync(harness, folder);
        await RecordPagesAsync(harness, folder);
        await RecordFailureAsync(harness, folder);
    }

    private static async Task RecordNightAsync(SettlementHarness harness, string folder)
    {
        var day = harness.Today;
        await harness.SellByCardAsync();
        await harness.SkipToAsync(day.AddDays(1), new TimeOnly(4, 30));
        await harness.ReconciledAsync(day);
        var night = $"payment-reconciliation-{BusinessDay.EndOf(day).AddHours(4).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}";
        await harness.Client.GetWorkflowHandle(night).GetResultAsync();
        await SaveAsync(harness, folder, "reconciliation-daily", night);
        await SaveAsync(harness, folder, "reconciliation", ReconciliationTemporal.DayWorkflowId(day));
    }

    private static async Task RecordPagesAsync(SettlementHarness harness, string folder)
    {
        for (var i = 0; i < 5; i++)
        {
            await harness.SellByCardAsync();
        }

        var handle = await StartAsync(harness, new ReconcileDay(harness.Today, PaymentsPerStep: 2, StepsPerRun: 2));
        await handle.GetResultAsync();
        await SaveAsync(harness, folder, "reconciliation-page", handle.Id, handle.ResultRunId);
        await SaveAsync(harness, folder, "reconciliation-last-page", handle.Id);
    }

    private static async Task RecordFailureAsync(SettlementHarness harness, string folder)
    {
        harness.Teams.Faults.Set(new FaultRule(Team.Payment, Method: "GET", Path: "/payments", Status: 400));
        var handle = await StartAsync(harness, new ReconcileDay(harness.Today.AddDays(-5)));
        await handle.GetResultAsync();
        await SaveAsync(harness, folder, "reconciliation-failed", handle.Id);
    }

    private static Task<WorkflowHandle<ReconciliationWorkflow, ReconciliationStatus>> StartAsync(SettlementHarness harness, ReconcileDay input) =>
        harness.Client.StartWorkflowAsync(
            (ReconciliationWorkflow reconciliation) => reconciliation.RunAsync(input),
            new(ReconciliationTemporal.DayWorkflowId(input.Day), OrderTemporal.TaskQueue));

    private static Task SaveAsync(SettlementHarness harness, string folder, string name, string workflowId, string? runId = null) =>
        RecordedHistory.WriteAsync(folder, name, harness.Client.GetWorkflowHandle(workflowId, runId));
}
