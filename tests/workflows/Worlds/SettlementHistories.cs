using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Workflows.Worlds;

/// <summary>Lets everything happen to settlement once, and keeps the histories of it.</summary>
internal static class SettlementHistories
{
    public static async Task RecordAsync(string folder)
    {
        await using var world = await SettlementWorld.StartAsync();
        await RecordNightAsync(world, folder);
        await RecordPagesAsync(world, folder);
        await RecordStuckAsync(world, folder);
        await RecordPayoutsAsync(world, folder);
    }

    private static async Task RecordNightAsync(SettlementWorld world, string folder)
    {
        var day = world.Today;
        await world.SellAsync("s-1", 100_000);
        await world.SellAsync("s-4", 50_000);
        await world.SkipToAsync(day.AddDays(1), new TimeOnly(2, 30));
        await world.SettledAsync(day);
        var night = $"settlement-daily-{BusinessDay.EndOf(day).AddHours(2).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}";
        await world.Client.GetWorkflowHandle(night).GetResultAsync();
        await SaveAsync(world, folder, "settlement-daily", night);
    }

    private static async Task RecordPagesAsync(SettlementWorld world, string folder)
    {
        var day = world.Today;
        for (var i = 0; i < 4; i++)
        {
            await world.SellAsync($"s-{i % 2}", 10_000);
        }

        var settling = await StartAsync(world, new SettleDay(day, LinesPerPage: 2, SellersPerPage: 1, PagesPerRun: 4));
        await settling.GetResultAsync();
        await SaveAsync(world, folder, "settlement-page", settling.Id, settling.ResultRunId);
        await SaveAsync(world, folder, "settlement-last-page", settling.Id);
    }

    private static async Task RecordStuckAsync(SettlementWorld world, string folder)
    {
        var day = world.Today.AddDays(1);
        world.Disturbance.IsAway = true;
        var settling = await StartAsync(world, new SettleDay(day));
        await world.SkipAsync(TimeSpan.FromMinutes(11));
        await SettlementWorld.UntilAsync(async () => await world.Reader.AttentionAsync(BusinessDay.Text(day), default) is not null);
        world.Disturbance.End();
        await settling.ExecuteUpdateAsync(settlement => settlement.RecoverAsync(new RecoverCommand("retry")));
        await settling.GetResultAsync();
        await SaveAsync(world, folder, "settlement-stuck", settling.Id);
    }

    private static async Task RecordPayoutsAsync(SettlementWorld world, string folder)
    {
        var run = SettlementTemporal.PayoutRunWorkflowId("recorded");
        await world.Client.ExecuteWorkflowAsync(
            (PayoutRunWorkflow payouts) => payouts.RunAsync(new PayoutRun("recorded", null, null, 1, 10)), new(run, OrderTemporal.TaskQueue));
        await SaveAsync(world, folder, "payout-run", run);
        foreach (var (name, payoutId) in new[] { ("payout-completed", "po-recorded-s-1"), ("payout-failed", "po-recorded-s-4") })
        {
            await world.LetFinanceActAsync(payoutId);
            var payout = SettlementTemporal.PayoutWorkflowId(payoutId);
            await world.Client.GetWorkflowHandle(payout).GetResultAsync();
            await SaveAsync(world, folder, name, payout);
        }
    }

    private static Task<WorkflowHandle<SettlementWorkflow, SettledDay>> StartAsync(SettlementWorld world, SettleDay input) =>
        world.Client.StartWorkflowAsync(
            (SettlementWorkflow settlement) => settlement.RunAsync(input), new(SettlementTemporal.DayWorkflowId(input.Day), OrderTemporal.TaskQueue));

    private static async Task SaveAsync(SettlementWorld world, string folder, string name, string workflowId, string? runId = null)
    {
        var history = await world.Client.GetWorkflowHandle(workflowId, runId).FetchHistoryAsync();
        await RecordedHistory.WriteAsync(Path.Combine(folder, name + ".json"), history);
    }
}
