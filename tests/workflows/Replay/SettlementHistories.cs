using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Workflows.Replay;

/// <summary>Plays every workflow of the settlement.</summary>
internal static class SettlementHistories
{
    public static async Task RecordAsync(string folder)
    {
        await using var harness = await SettlementHarness.StartAsync();
        await RecordNightAsync(harness, folder);
        await RecordPagesAsync(harness, folder);
        await RecordStuckAsync(harness, folder);
        await RecordPayoutsAsync(harness, folder);
    }

    private static async Task RecordNightAsync(SettlementHarness harness, string folder)
    {
        var day = harness.Today;
        await harness.SellAsync("s-1", 100_000);
        await harness.SellAsync("s-4", 50_000);
        await harness.SkipToAsync(day.AddDays(1), new TimeOnly(2, 30));
        await harness.SettledAsync(day);
        var night = $"settlement-daily-{BusinessDay.EndOf(day).AddHours(2).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}";
        await harness.Client.GetWorkflowHandle(night).GetResultAsync();
        await SaveAsync(harness, folder, "settlement-daily", night);
    }

    private static async Task RecordPagesAsync(SettlementHarness harness, string folder)
    {
        var day = harness.Today;
        for (var i = 0; i < 4; i++)
        {
            await harness.SellAsync($"s-{i % 2}", 10_000);
        }

        var settling = await StartAsync(harness, new SettleDay(day, LinesPerPage: 2, SellersPerPage: 1, PagesPerRun: 4));
        await settling.GetResultAsync();
        await SaveAsync(harness, folder, "settlement-page", settling.Id, settling.ResultRunId);
        await SaveAsync(harness, folder, "settlement-last-page", settling.Id);
    }

    private static async Task RecordStuckAsync(SettlementHarness harness, string folder)
    {
        var day = harness.Today.AddDays(1);
        harness.Disturbance.IsAway = true;
        var settling = await StartAsync(harness, new SettleDay(day));
        await harness.SkipAsync(TimeSpan.FromMinutes(11));
        await SettlementHarness.UntilAsync(async () => await harness.Reader.AttentionAsync(BusinessDay.Text(day), default) is not null);
        harness.Disturbance.End();
        await settling.ExecuteUpdateAsync(settlement => settlement.RecoverAsync(new RecoverCommand("retry")));
        await settling.GetResultAsync();
        await SaveAsync(harness, folder, "settlement-stuck", settling.Id);
    }

    private static async Task RecordPayoutsAsync(SettlementHarness harness, string folder)
    {
        var run = SettlementTemporal.PayoutRunWorkflowId("recorded");
        await harness.Client.ExecuteWorkflowAsync(
            (PayoutRunWorkflow payouts) => payouts.RunAsync(new PayoutRun("recorded", null, null, 1, 10)), new(run, OrderTemporal.TaskQueue));
        await SaveAsync(harness, folder, "payout-run", run);
        foreach (var (name, payoutId) in new[] { ("payout-completed", "po-recorded-s-1"), ("payout-failed", "po-recorded-s-4") })
        {
            await harness.LetFinanceActAsync(payoutId);
            var payout = SettlementTemporal.PayoutWorkflowId(payoutId);
            await harness.Client.GetWorkflowHandle(payout).GetResultAsync();
            await SaveAsync(harness, folder, name, payout);
        }
    }

    private static Task<WorkflowHandle<SettlementWorkflow, SettledDay>> StartAsync(SettlementHarness harness, SettleDay input) =>
        harness.Client.StartWorkflowAsync(
            (SettlementWorkflow settlement) => settlement.RunAsync(input), new(SettlementTemporal.DayWorkflowId(input.Day), OrderTemporal.TaskQueue));

    private static Task SaveAsync(SettlementHarness harness, string folder, string name, string workflowId, string? runId = null) =>
        RecordedHistory.WriteAsync(folder, name, harness.Client.GetWorkflowHandle(workflowId, runId));
}
