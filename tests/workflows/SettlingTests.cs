using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>일별 정산 (seed §5.7): nights, missed nights, crashes, and what waits for an operator.</summary>
[Parallelizable(ParallelScope.Self)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SettlingTests
{
    private static readonly TimeOnly AfterTheNight = new(2, 30);

    private SettlementHarness harness = null!;

    [SetUp]
    public async Task StartAsync() => harness = await SettlementHarness.StartAsync();

    [TearDown]
    public async Task StopAsync() => await harness.DisposeAsync();

    [Test]
    public async Task At_two_in_Seoul_yesterday_is_settled_summed_up_and_reported()
    {
        var day = harness.Today;
        await harness.SellAsync("s-1", 1_000_000);
        await harness.SkipToAsync(day.AddDays(1), new TimeOnly(1, 59));
        Assert.That(await harness.Reader.FindDayAsync(day, default), Is.Null, "not before two");
        await harness.SkipToAsync(day.AddDays(1), AfterTheNight);
        await harness.SettledAsync(day);

        Assert.That((await harness.StatementAsync("s-1", day)).Amount, Is.EqualTo(new Won(900_000)));
        Assert.That((await harness.EventsAsync(BusinessDay.Text(day))).Select(e => e.Type), Is.EqualTo(new[] { "settlement.daily-completed" }));
        await SettlementHarness.UntilAsync(() => Task.FromResult(harness.Teams.Books.Notifications.Any(sent => sent.Template == "settlement-report")));
    }

    [Test]
    public async Task Nights_that_are_caught_up_late_settle_each_the_day_before_the_time_they_were_meant_for()
    {
        // Time is not skipped while a night is being settled, so the schedule is paused meanwhile and then catches up on all nights, as after an outage.
        var first = harness.Today;
        var schedule = harness.Client.GetScheduleHandle("settlement-daily");
        await schedule.PauseAsync();
        for (var day = 0; day < 7; day++)
        {
            await harness.SellAsync("s-1", 10_000 * (day + 1));
            await harness.SkipToAsync(first.AddDays(day + 1), new TimeOnly(9, 0));
        }

        await schedule.BackfillAsync(
        [
            new ScheduleBackfill(BusinessDay.EndOf(first).UtcDateTime, BusinessDay.EndOf(first.AddDays(6)).AddHours(9).UtcDateTime, ScheduleOverlapPolicy.BufferAll),
        ]);
        for (var day = 0; day < 7; day++)
        {
            await harness.SettledAsync(first.AddDays(day));
            Assert.That((await harness.StatementAsync("s-1", first.AddDays(day))).Sales, Is.EqualTo(new Won(10_000 * (day + 1))));
        }
    }

    [Test]
    public async Task Nights_that_no_schedule_remembers_are_settled_by_the_next_one()
    {
        var first = harness.Today;
        await harness.SellAsync("s-1", 10_000);
        await harness.SkipToAsync(first.AddDays(1), AfterTheNight);
        await harness.SettledAsync(first);
        await harness.Client.GetScheduleHandle("settlement-daily").PauseAsync();
        await harness.SkipToAsync(first.AddDays(2), AfterTheNight);
        await harness.SellAsync("s-1", 20_000);
        await harness.SkipToAsync(first.AddDays(4), AfterTheNight);
        await harness.Client.GetScheduleHandle("settlement-daily").UnpauseAsync();
        await harness.SkipToAsync(first.AddDays(5), AfterTheNight);
        await harness.SettledAsync(first.AddDays(4));

        Assert.That((await harness.StatementAsync("s-1", first.AddDays(2))).Sales, Is.EqualTo(new Won(20_000)));
        Assert.That((await harness.Reader.FindDayAsync(first.AddDays(1), default))!.SettledAt, Is.Not.Null);
        Assert.That((await harness.Reader.FindDayAsync(first.AddDays(3), default))!.SettledAt, Is.Not.Null);
    }

    [Test]
    public async Task A_day_run_by_hand_before_its_night_is_the_same_after_it_and_what_came_later_is_in_the_next()
    {
        var day = harness.Today;
        await harness.SellAsync("s-1", 10_000);
        var byHand = await SettleAsync(new SettleDay(day));
        await harness.SellAsync("s-1", 5_000);
        var again = await SettleAsync(new SettleDay(day));
        await harness.SkipToAsync(day.AddDays(2), AfterTheNight);
        await harness.SettledAsync(day.AddDays(1));

        Assert.That(again, Is.EqualTo(byHand));
        Assert.That((await harness.StatementAsync("s-1", day)).Sales, Is.EqualTo(new Won(10_000)));
        Assert.That((await harness.StatementAsync("s-1", day.AddDays(1))).Sales, Is.EqualTo(new Won(5_000)));
    }

    [Test]
    public async Task Hotspot_21_a_refund_after_closing_is_a_negative_statement_of_its_own_day()
    {
        var day = harness.Today;
        var sale = await harness.SellAsync("s-1", 50_000);
        await harness.SkipToAsync(day.AddDays(1), new TimeOnly(9, 0));
        await harness.RefundAsync(sale);
        await harness.SkipToAsync(day.AddDays(2), AfterTheNight);
        await harness.SettledAsync(day.AddDays(1));

        Assert.That((await harness.StatementAsync("s-1", day)).Amount, Is.EqualTo(new Won(45_000)));
        Assert.That((await harness.StatementAsync("s-1", day.AddDays(1))).Amount, Is.EqualTo(new Won(-45_000)));
    }

    [Test]
    public async Task A_day_in_pages_continues_as_new_and_lost_answers_change_nothing()
    {
        var day = harness.Today;
        harness.Disturbance.LosesAnswers = true;
        for (var i = 0; i < 20; i++)
        {
            await harness.SellAsync($"s-{i % 7}", 1_000 + i);
        }

        var settling = await StartAsync(new SettleDay(day, LinesPerPage: 3, SellersPerPage: 2, PagesPerRun: 3));
        await harness.SkipAsync(TimeSpan.FromMinutes(5));
        var settled = await settling.GetResultAsync();

        Assert.That((settled.Count, settled.Statements), Is.EqualTo((20L, 7L)));
        Assert.That(settled.Amounts.Sales, Is.EqualTo(new Won(Enumerable.Range(0, 20).Sum(i => 1_000L + i))));
        var firstRun = await harness.Client.GetWorkflowHandle(settling.Id, settling.ResultRunId).DescribeAsync();
        Assert.That(firstRun.Status, Is.EqualTo(WorkflowExecutionStatus.ContinuedAsNew));
    }

    [Test]
    public async Task A_worker_that_dies_between_pages_leaves_a_day_that_the_next_worker_finishes()
    {
        var day = harness.Today;
        for (var i = 0; i < 10; i++)
        {
            await harness.SellAsync($"s-{i % 3}", 1_000);
        }

        harness.Disturbance.HangsAfter = 2;
        var settling = await StartAsync(new SettleDay(day, LinesPerPage: 3, SellersPerPage: 1));
        await harness.Disturbance.Hung;
        await harness.StopWorkerAsync();
        harness.Disturbance.End();
        await harness.StartWorkerAsync();
        await harness.SkipAsync(TimeSpan.FromMinutes(5));
        var settled = await settling.GetResultAsync();

        Assert.That((settled.Count, settled.Statements, settled.Amounts.Sales), Is.EqualTo((10L, 3L, new Won(10_000))));
    }

    [Test]
    public async Task A_settlement_that_cannot_go_on_waits_for_an_operator_as_a_stuck_order_does()
    {
        var day = harness.Today;
        await harness.SellAsync("s-1", 10_000);
        harness.Disturbance.IsAway = true;
        var settling = await StartAsync(new SettleDay(day));
        await harness.SkipAsync(TimeSpan.FromMinutes(11));
        await SettlementHarness.UntilAsync(async () => await harness.Reader.AttentionAsync(BusinessDay.Text(day), default) is not null);
        var stuck = await settling.DescribeAsync();

        Assert.That(stuck.TypedSearchAttributes.Get(OrderSearchAttributes.NeedsAttention), Is.True);
        Assert.That(stuck.TypedSearchAttributes.Get(OrderSearchAttributes.Step), Is.EqualTo("close-day"));
        Assert.That((await harness.EventsAsync(BusinessDay.Text(day))).Single().Type, Is.EqualTo("settlement.failed"));
        Assert.That(await RefusalAsync(settling, "skip"), Is.EqualTo("action-not-allowed"));

        harness.Disturbance.End();
        await settling.ExecuteUpdateAsync(settlement => settlement.RecoverAsync(new RecoverCommand("retry", "the store is back", "operator:op-1")));
        Assert.That((await settling.GetResultAsync()).Count, Is.EqualTo(1));
        Assert.That((await settling.DescribeAsync()).TypedSearchAttributes.Get(OrderSearchAttributes.NeedsAttention), Is.False);
        Assert.That(await harness.Reader.AttentionAsync(BusinessDay.Text(day), default), Is.Null);
    }

    [Test]
    public async Task A_batch_signal_recovers_too_and_does_nothing_where_nothing_waits()
    {
        var day = harness.Today;
        await harness.SellAsync("s-1", 10_000);
        harness.Disturbance.IsAway = true;
        var settling = await StartAsync(new SettleDay(day));
        await settling.SignalAsync(settlement => settlement.RecoverBySignalAsync(new RecoverCommand("retry")));
        await harness.SkipAsync(TimeSpan.FromMinutes(11));
        await SettlementHarness.UntilAsync(async () => await harness.Reader.AttentionAsync(BusinessDay.Text(day), default) is not null);
        harness.Disturbance.End();
        await settling.SignalAsync(settlement => settlement.RecoverBySignalAsync(new RecoverCommand("retry")));

        Assert.That((await settling.GetResultAsync()).Count, Is.EqualTo(1));
    }

    private Task<WorkflowHandle<SettlementWorkflow, SettledDay>> StartAsync(SettleDay input) => harness.Client.StartWorkflowAsync(
        (SettlementWorkflow settlement) => settlement.RunAsync(input), new(SettlementTemporal.DayWorkflowId(input.Day), OrderTemporal.TaskQueue));

    private async Task<SettledDay> SettleAsync(SettleDay input) => await (await StartAsync(input)).GetResultAsync();

    private static async Task<string?> RefusalAsync(WorkflowHandle<SettlementWorkflow, SettledDay> settling, string action)
    {
        try
        {
            await settling.ExecuteUpdateAsync(settlement => settlement.RecoverAsync(new RecoverCommand(action)));
            return null;
        }
        catch (WorkflowUpdateFailedException failure)
        {
            return (failure.InnerException as ApplicationFailureException)?.ErrorType;
        }
    }
}
