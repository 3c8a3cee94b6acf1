using OrderOrchestration.Tests.Workflows.Harness;
using Temporalio.Api.Enums.V1;
using Temporalio.Client.Schedules;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>The schedules of <c>temporal-dev.yaml</c> as the worker sets them up, and as an operator leaves them.</summary>
[Parallelizable(ParallelScope.Self)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SettlementSchedulesTests
{
    private SettlementHarness harness = null!;

    [SetUp]
    public async Task StartAsync() => harness = await SettlementHarness.StartAsync();

    [TearDown]
    public async Task StopAsync() => await harness.DisposeAsync();

    private ScheduleHandle Daily => harness.Client.GetScheduleHandle("settlement-daily");

    private ScheduleHandle Weekly => harness.Client.GetScheduleHandle("payout-weekly");

    [Test]
    public async Task SettlementTime_and_PayoutTime_are_two_at_night_and_Tuesdays_at_ten_in_Seoul_all_year_and_missed_ones_run_one_after_the_other()
    {
        var daily = await Daily.DescribeAsync();
        var weekly = await Weekly.DescribeAsync();

        Assert.That(daily.Info.NextActionTimes.Select(at => at.ToUniversalTime().TimeOfDay), Is.All.EqualTo(new TimeSpan(17, 0, 0)));
        Assert.That(
            weekly.Info.NextActionTimes.Select(at => (at.ToUniversalTime().DayOfWeek, at.ToUniversalTime().TimeOfDay)),
            Is.All.EqualTo((DayOfWeek.Tuesday, new TimeSpan(1, 0, 0))));
        foreach (var schedule in new[] { daily.Schedule, weekly.Schedule })
        {
            Assert.That(schedule.Spec.TimeZoneName, Is.EqualTo("Asia/Seoul"));
            Assert.That(schedule.Policy.Overlap, Is.EqualTo(ScheduleOverlapPolicy.BufferAll));
            Assert.That(schedule.Policy.CatchupWindow, Is.GreaterThanOrEqualTo(TimeSpan.FromDays(7)));
        }
    }

    [Test]
    public async Task What_an_operator_set_or_paused_stays_when_a_worker_starts_again()
    {
        await Daily.UpdateAsync(input => new ScheduleUpdate(input.Description.Schedule with
        {
            Spec = new ScheduleSpec { TimeZoneName = "Asia/Seoul", Calendars = [new ScheduleCalendarSpec { Hour = [new ScheduleRange(4)] }] },
        }));
        await Daily.PauseAsync("the books are being audited");
        await harness.StopWorkerAsync();
        await harness.StartWorkerAsync();
        var daily = await Daily.DescribeAsync();

        Assert.That((daily.Schedule.State.Paused, daily.Schedule.State.Note), Is.EqualTo((true, "the books are being audited")));
        Assert.That(daily.Schedule.Spec.Calendars.Single().Hour.Single().Start, Is.EqualTo(4));
    }

    [Test]
    public async Task A_time_configured_anew_takes_effect_and_leaves_what_is_paused_paused()
    {
        await Weekly.PauseAsync("holidays");
        await harness.StopWorkerAsync();
        await harness.StartWorkerAsync([new("OrderPolicies:SettlementTime", "03:30"), new("OrderPolicies:PayoutTime", "Friday 15:00")]);
        var daily = await Daily.DescribeAsync();
        var weekly = await Weekly.DescribeAsync();

        Assert.That(daily.Info.NextActionTimes.Select(at => at.ToUniversalTime().TimeOfDay), Is.All.EqualTo(new TimeSpan(18, 30, 0)));
        Assert.That(weekly.Schedule.State.Paused, Is.True);
        var friday = weekly.Schedule.Spec.Calendars.Single();
        Assert.That((friday.DayOfWeek.Single().Start, friday.Hour.Single().Start), Is.EqualTo((5, 15)));
    }
}
