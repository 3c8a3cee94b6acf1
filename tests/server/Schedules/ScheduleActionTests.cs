using Temporalio.Api.Enums.V1;
using Temporalio.Client.Schedules;
using Temporalio.Common;

namespace OrderOrchestration.Tests.Server.Schedules;

/// <summary>What a schedule does when its time has come or somebody asks, and when what it started still runs.</summary>
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public sealed class ScheduleActionTests
{
    private static readonly ScheduleSpec Hourly = new() { Intervals = [new ScheduleIntervalSpec(TimeSpan.FromHours(1))] };

    [Test]
    public async Task A_trigger_starts_a_workflow_that_knows_where_it_came_from()
    {
        await using var fixture = await ScheduleFixture.StartAsync();
        await fixture.WithWorkerAsync(async () =>
        {
            var info = (await fixture.TriggerAsync()).Info;
            Assert.That((info.NumActions, info.RunningActions.Count), Is.EqualTo((1L, 1)));
            var started = (await fixture.StartedAsync()).Single();
            Assert.That(started.Id, Does.Match(@"^report-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"));
            var attributes = (await started.DescribeAsync()).TypedSearchAttributes;
            Assert.That(attributes.Get(SearchAttributeKey.CreateKeyword("TemporalScheduledById")), Is.EqualTo("nightly"));
            Assert.That(
                started.Id, Does.EndWith(attributes.Get(SearchAttributeKey.CreateDateTimeOffset("TemporalScheduledStartTime")).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", null)));
            await ScheduleFixture.EndAsync(started);
            Assert.That((await fixture.Schedule.DescribeAsync()).Info.RunningActions, Is.Empty);
        });
    }

    [Test]
    public async Task The_time_of_the_spec_is_the_time_of_the_action()
    {
        await using var fixture = await ScheduleFixture.StartAsync(ScheduleOverlapPolicy.AllowAll, spec: Hourly);
        await fixture.WithWorkerAsync(async () =>
        {
            var next = (await fixture.Schedule.DescribeAsync()).Info.NextActionTimes.Take(3).ToList();
            await fixture.Server.Server.SkipAsync(TimeSpan.FromHours(3));
            var actions = (await fixture.Schedule.DescribeAsync()).Info.RecentActions;
            Assert.That(actions.Select(action => action.ScheduledAt), Is.EqualTo(next));
            Assert.That(actions.Select(action => action.StartedAt - action.ScheduledAt), Is.All.LessThan(TimeSpan.FromSeconds(10)));
        });
    }

    [TestCase(ScheduleOverlapPolicy.Skip, 1, 2)]
    [TestCase(ScheduleOverlapPolicy.BufferOne, 2, 1)]
    [TestCase(ScheduleOverlapPolicy.BufferAll, 3, 0)]
    public async Task While_one_runs_others_are_skipped_or_wait(ScheduleOverlapPolicy overlap, int started, int skipped)
    {
        await using var fixture = await ScheduleFixture.StartAsync(overlap);
        await fixture.WithWorkerAsync(async () =>
        {
            await BackfillThreeAsync(fixture);
            var info = (await fixture.Schedule.DescribeAsync()).Info;
            Assert.That((info.NumActions, info.NumActionsSkippedOverlap), Is.EqualTo((1L, (long)skipped)));
            for (var turn = 0; turn < started; turn++)
            {
                var running = await fixture.StartedAsync();
                Assert.That(running, Has.Length.EqualTo(turn + 1));
                await ScheduleFixture.EndAsync(running[^1]);
            }
            Assert.That(await fixture.StartedAsync(), Has.Length.EqualTo(started));
        });
    }

    [TestCase(ScheduleOverlapPolicy.CancelOther, "cancelled")]
    [TestCase(ScheduleOverlapPolicy.TerminateOther, "terminated")]
    public async Task The_next_takes_the_place_of_the_one_that_runs(ScheduleOverlapPolicy overlap, string outcome)
    {
        await using var fixture = await ScheduleFixture.StartAsync(overlap, spec: Hourly);
        await fixture.WithWorkerAsync(async () =>
        {
            await fixture.TriggerAsync();
            var first = (await fixture.StartedAsync()).Single();
            await BackfillAsync(fixture, 1);
            Assert.That(await ScheduleFixture.Outcome(first), Is.EqualTo(outcome));
            var second = (await fixture.StartedAsync())[^1];
            Assert.That(second.Id, Is.Not.EqualTo(first.Id));
            await ScheduleFixture.EndAsync(second);
        });
    }

    [Test]
    public async Task Those_that_may_overlap_all_run_and_nobody_waits_for_them()
    {
        await using var fixture = await ScheduleFixture.StartAsync(ScheduleOverlapPolicy.AllowAll);
        await BackfillThreeAsync(fixture);
        var info = (await fixture.Schedule.DescribeAsync()).Info;
        Assert.That((info.NumActions, info.RunningActions.Count), Is.EqualTo((3L, 0)));
        Assert.That((await fixture.StartedAsync()).Select(started => started.Id), Is.EqualTo(new[]
        {
            "report-2026-03-01T01:00:00Z", "report-2026-03-01T02:00:00Z", "report-2026-03-01T03:00:00Z",
        }));
    }

    [Test]
    public async Task A_run_hears_the_last_result_and_the_failure_since()
    {
        await using var fixture = await ScheduleFixture.StartAsync(ScheduleOverlapPolicy.BufferAll);
        await fixture.WithWorkerAsync(async () =>
        {
            await BackfillThreeAsync(fixture);
            var first = (await fixture.StartedAsync())[^1];
            Assert.That(await first.QueryAsync(workflow => workflow.Before), Is.EqualTo("nothing"));
            await ScheduleFixture.EndAsync(first, "12 orders");
            var second = (await fixture.StartedAsync())[^1];
            Assert.That(await second.QueryAsync(workflow => workflow.Before), Is.EqualTo("12 orders"));
            Assert.That(await second.QueryAsync(workflow => workflow.FailureBefore), Is.EqualTo("none"));
            await ScheduleFixture.EndAsync(second, "fail");
            var third = (await fixture.StartedAsync())[^1];
            Assert.That(await third.QueryAsync(workflow => workflow.Before), Is.EqualTo("12 orders"));
            Assert.That(await third.QueryAsync(workflow => workflow.FailureBefore), Is.EqualTo("no luck"));
            await ScheduleFixture.EndAsync(third);
        });
    }

    [Test]
    public async Task A_failure_pauses_a_schedule_that_is_to_pause_on_failure()
    {
        await using var fixture = await ScheduleFixture.StartAsync(amend: schedule => schedule with { Policy = new SchedulePolicy { PauseOnFailure = true } }, spec: Hourly);
        await fixture.WithWorkerAsync(async () =>
        {
            await fixture.TriggerAsync();
            var started = (await fixture.StartedAsync()).Single();
            await ScheduleFixture.EndAsync(started, "fail");
            var state = (await fixture.Schedule.DescribeAsync()).Schedule.State;
            Assert.That((state.Paused, state.Note), Is.EqualTo((true, $"paused due to workflow failure: {started.Id}: no luck")));
        });
    }

    [Test]
    public async Task Remaining_actions_are_counted_down_and_triggers_are_not_counted()
    {
        await using var fixture = await ScheduleFixture.StartAsync(
            ScheduleOverlapPolicy.AllowAll,
            schedule => schedule with { State = new ScheduleState { LimitedActions = true, RemainingActions = 2 } },
            Hourly);
        await fixture.WithWorkerAsync(async () =>
        {
            await fixture.TriggerAsync();
            Assert.That((await fixture.Schedule.DescribeAsync()).Info.NextActionTimes, Has.Count.EqualTo(2));
            await fixture.Server.Server.SkipAsync(TimeSpan.FromHours(5));
            var description = await fixture.Schedule.DescribeAsync();
            Assert.That(description.Schedule.State.RemainingActions, Is.Zero);
            Assert.That((description.Info.NumActions, description.Info.NextActionTimes.Count), Is.EqualTo((3L, 0)));
        });
    }

    [Test]
    public async Task A_schedule_may_begin_with_an_action_and_a_backfill()
    {
        await using var fixture = await ScheduleFixture.StartAsync(
            ScheduleOverlapPolicy.AllowAll,
            spec: Hourly,
            options: new ScheduleOptions
            {
                TriggerImmediately = true,
                Backfills = [new ScheduleBackfill(new DateTime(2026, 3, 1, 1, 0, 0, DateTimeKind.Utc), new DateTime(2026, 3, 1, 2, 30, 0, DateTimeKind.Utc))],
            });
        Assert.That((await fixture.Schedule.DescribeAsync()).Info.NumActions, Is.EqualTo(3));
    }

    [Test]
    public async Task A_long_backfill_is_worked_off_little_by_little_and_completely()
    {
        await using var fixture = await ScheduleFixture.StartAsync(ScheduleOverlapPolicy.AllowAll);
        await fixture.WithWorkerAsync(async () =>
        {
            await BackfillAsync(fixture, 25);
            await fixture.Server.Server.SkipAsync(TimeSpan.FromSeconds(5));
            Assert.That((await fixture.Schedule.DescribeAsync()).Info.NumActions, Is.EqualTo(25));
        });
    }

    [Test]
    public async Task A_schedule_with_nothing_left_to_do_is_removed_after_a_week()
    {
        await using var fixture = await ScheduleFixture.StartAsync(spec: new ScheduleSpec { EndAt = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc) });
        await fixture.Server.Server.SkipAsync(TimeSpan.FromDays(6));
        await Assert.ThatAsync(() => fixture.Schedule.DescribeAsync(), Throws.Nothing);
        await fixture.Server.Server.SkipAsync(TimeSpan.FromDays(2));
        Assert.That(
            (await Assert.ThrowsAsync<Temporalio.Exceptions.RpcException>(() => fixture.Schedule.DescribeAsync()))!.Code,
            Is.EqualTo(Temporalio.Exceptions.RpcException.StatusCode.NotFound));
    }

    [Test]
    public async Task A_start_that_is_refused_is_dropped_and_does_not_stop_the_schedule()
    {
        await using var fixture = await ScheduleFixture.StartAsync(ScheduleOverlapPolicy.AllowAll);
        await BackfillAsync(fixture, 1);
        var taken = (await fixture.StartedAsync()).Single().Id;
        // The workflow of that time still runs: its id cannot be used again.
        await BackfillAsync(fixture, 2);
        Assert.That((await fixture.StartedAsync()).Select(started => started.Id), Is.EqualTo(new[] { taken, "report-2026-03-01T02:00:00Z" }));
    }

    private static Task BackfillThreeAsync(ScheduleFixture fixture) => BackfillAsync(fixture, 3);

    // The hours from one o'clock on, whatever the spec says later.
    private static async Task BackfillAsync(ScheduleFixture fixture, int hours)
    {
        var from = new DateTime(2026, 3, 1, 1, 0, 0, DateTimeKind.Utc);
        await fixture.Schedule.UpdateAsync(input => new ScheduleUpdate(input.Description.Schedule with { Spec = Hourly }));
        await fixture.Schedule.BackfillAsync([new ScheduleBackfill(from, from.AddHours(hours - 1))]);
    }
}
