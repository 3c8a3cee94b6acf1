using OrderOrchestration.Tests.Workflows.Harness;
using Temporalio.Client.Schedules;

namespace OrderOrchestration.Tests.Workflows.Retention;

/// <summary>The nightly run that forgets what is no longer needed (contract §6), by its schedule.</summary>
public sealed class RetentionTests
{
    [Test]
    [CancelAfter(60_000)]
    public async Task RetentionTime_at_three_in_Seoul_it_runs_to_its_end()
    {
        await using var harness = await SettlementHarness.StartAsync();
        var schedule = harness.Client.GetScheduleHandle("retention-daily");
        var described = await schedule.DescribeAsync();
        Assert.That(described.Info.NextActionTimes.Select(at => at.ToUniversalTime().TimeOfDay), Is.All.EqualTo(new TimeSpan(18, 0, 0)));
        Assert.That(described.Schedule.Spec.TimeZoneName, Is.EqualTo("Asia/Seoul"));

        await harness.SkipToAsync(harness.Today.AddDays(1), new TimeOnly(3, 30));
        await SettlementHarness.UntilAsync(async () => (await schedule.DescribeAsync()).Info.RecentActions.Count > 0);
        var night = (ScheduleActionExecutionStartWorkflow)(await schedule.DescribeAsync()).Info.RecentActions.First().Action;
        var run = harness.Client.GetWorkflowHandle(night.WorkflowId);
        await run.GetResultAsync();
    }
}
