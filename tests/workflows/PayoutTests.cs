using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>정산금 지급 (seed §5.7): Tuesdays, the finance team's answers and its silence.</summary>
[Parallelizable(ParallelScope.Self)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PayoutTests
{
    private SettlementHarness harness = null!;

    [SetUp]
    public async Task StartAsync() => harness = await SettlementHarness.StartAsync();

    [TearDown]
    public async Task StopAsync() => await harness.DisposeAsync();

    private DateOnly NextTuesday => Enumerable.Range(1, 7).Select(harness.Today.AddDays).Single(day => day.DayOfWeek == DayOfWeek.Tuesday);

    [Test]
    public async Task On_Tuesday_at_ten_open_statements_are_paid_the_seller_notified_and_a_tax_invoice_requested()
    {
        var tuesday = NextTuesday;
        await harness.SellAsync("s-1", 1_000_000);
        await harness.SkipToAsync(tuesday, new TimeOnly(9, 59));
        Assert.That(await harness.PayoutsAsync(), Is.Empty, "not before ten");
        await harness.SkipToAsync(tuesday, new TimeOnly(10, 1));
        var payoutId = $"po-{BusinessDay.Text(tuesday)}-s-1";
        await harness.LetFinanceActAsync(payoutId);
        await CompletedAsync(payoutId);

        var paid = harness.Teams.Books.Payouts.Single();
        Assert.That((paid.PayoutId, paid.Amount, paid.StatementIds.Count), Is.EqualTo((payoutId, 900_000L, 1)));
        await SettlementHarness.UntilAsync(() => Task.FromResult(harness.Teams.Books.TaxInvoices.Count == 1));
        Assert.That(harness.Teams.Books.TaxInvoices.Single().Commission, Is.EqualTo(100_000));
        await SettlementHarness.UntilAsync(() => Task.FromResult(harness.Teams.Books.Notifications.Any(sent => sent is { To: "seller:s-1", Template: "payout-completed" })));
        Assert.That(
            (await harness.EventsAsync(payoutId)).Select(e => e.Type),
            Is.EqualTo(new[] { "settlement.payout-requested", "finance.payout-completed", "settlement.payout-completed" }));
    }

    [Test]
    public async Task A_failed_payout_is_paid_by_the_next_run_under_a_new_id()
    {
        await harness.SellAsync("s-4", 50_000);
        await SettleTodayAsync();
        await PayAsync("r1");
        await harness.LetFinanceActAsync("po-r1-s-4");
        await SettlementHarness.UntilAsync(async () => (await harness.PayoutsAsync(PayoutStatus.Failed)).Count == 1);
        harness.Teams.Scenarios.Add(new PayoutRule(SellerId: "s-4"));
        await PayAsync("r2");
        await harness.LetFinanceActAsync("po-r2-s-4");
        await CompletedAsync("po-r2-s-4");

        Assert.That((await harness.Reader.FindPayoutAsync("po-r1-s-4", default))!.FailureReason, Is.Not.Empty);
        Assert.That((await harness.EventsAsync("po-r1-s-4")).Select(e => e.Type), Does.Contain("settlement.failed"));
        Assert.That((await harness.StatementAsync("s-4", harness.Today)).PayoutId, Is.EqualTo("po-r2-s-4"));
    }

    [Test]
    public async Task Hotspot_21_a_negative_statement_is_carried_forward_into_a_later_payout()
    {
        var sale = await harness.SellAsync("s-1", 50_000);
        await SettleTodayAsync();
        await PayAsync("r1");
        await harness.RefundAsync(sale);
        await harness.SellAsync("s-1", 20_000);
        await harness.SkipToAsync(harness.Today.AddDays(1), new TimeOnly(9, 0));
        await harness.SettledAsync(harness.Today.AddDays(-1));
        await SettleTodayAsync();
        Assert.That((await PayAsync("r2")).Count, Is.Zero, "45,000 went back, 18,000 came");
        await harness.SellAsync("s-1", 40_000);
        await harness.SkipToAsync(harness.Today.AddDays(1), new TimeOnly(9, 0));
        await harness.SettledAsync(harness.Today.AddDays(-1));
        await SettleTodayAsync();

        Assert.That((await PayAsync("r3")).Amount, Is.EqualTo(new Won(9_000)));
    }

    [Test]
    public async Task The_same_run_again_pays_nobody_twice_and_many_sellers_are_paid_page_by_page()
    {
        for (var i = 0; i < 7; i++)
        {
            await harness.SellAsync($"s-1{i}", 10_000);
        }

        await SettleTodayAsync();
        var first = await PayAsync("r1", sellersPerPage: 2, pagesPerRun: 2);
        var again = await PayAsync("r1", sellersPerPage: 2, pagesPerRun: 2);
        var later = await PayAsync("r2");
        foreach (var payout in await harness.PayoutsAsync())
        {
            await harness.LetFinanceActAsync(payout.PayoutId);
            await CompletedAsync(payout.PayoutId);
        }

        Assert.That((first.Count, first.Amount, later.Count), Is.EqualTo((7L, new Won(63_000), 0L)));
        Assert.That(again, Is.EqualTo(first));
        Assert.That(harness.Teams.Books.Payouts, Has.Count.EqualTo(7));
    }

    [Test]
    public async Task A_call_that_finance_refuses_waits_for_an_operator_and_is_made_again_under_its_key()
    {
        harness.Teams.Faults.Set(new FaultRule(Team.Finance, Status: 422, Count: 1));
        await harness.SellAsync("s-1", 50_000);
        await SettleTodayAsync();
        await PayAsync("r1");
        var payout = harness.Client.GetWorkflowHandle<PayoutWorkflow, PayoutStatus>(SettlementTemporal.PayoutWorkflowId("po-r1-s-1"));
        await SettlementHarness.UntilAsync(async () => await harness.Reader.AttentionAsync("po-r1-s-1", default) is not null);
        Assert.That((await harness.Reader.AttentionAsync("po-r1-s-1", default))!.Step, Is.EqualTo("request-payout"));
        await payout.ExecuteUpdateAsync(one => one.RecoverAsync(new RecoverCommand("retry")));
        await harness.LetFinanceActAsync("po-r1-s-1");

        Assert.That(await payout.GetResultAsync(), Is.EqualTo(PayoutStatus.Completed));
        Assert.That(harness.Teams.Books.Payouts, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_lost_answer_of_finance_pays_once()
    {
        harness.Teams.Faults.Set(new FaultRule(Team.Finance, LostAnswer: LostAnswer.Abort, Count: 2));
        await harness.SellAsync("s-1", 50_000);
        await SettleTodayAsync();
        await PayAsync("r1");
        await harness.SkipAsync(TimeSpan.FromMinutes(2));
        await harness.LetFinanceActAsync("po-r1-s-1");
        await CompletedAsync("po-r1-s-1");
        await harness.SkipAsync(TimeSpan.FromMinutes(2));

        Assert.That(harness.Teams.Books.Payouts, Has.Count.EqualTo(1));
        Assert.That(harness.Teams.Books.Payouts.Single().Amount, Is.EqualTo(45_000));
    }

    [Test]
    public async Task A_payout_without_an_outcome_waits_for_an_operator_after_three_days_and_a_late_outcome_still_counts()
    {
        await harness.SellAsync("s-1", 50_000);
        await SettleTodayAsync();
        await PayAsync("r1");
        await SettlementHarness.UntilAsync(() => Task.FromResult(harness.Teams.Steps.Pending("po-r1-s-1").Count > 0));
        await harness.SkipAsync(TimeSpan.FromDays(3) + TimeSpan.FromMinutes(1));
        await SettlementHarness.UntilAsync(async () => await harness.Reader.AttentionAsync("po-r1-s-1", default) is not null);
        Assert.That((await harness.Reader.AttentionAsync("po-r1-s-1", default))!.Step, Is.EqualTo("await-payout"));
        await harness.LetFinanceActAsync("po-r1-s-1");
        await CompletedAsync("po-r1-s-1");

        Assert.That(await harness.Reader.AttentionAsync("po-r1-s-1", default), Is.Null);
    }

    [Test]
    public async Task A_payout_whose_workflow_was_ended_goes_on_with_the_next_run()
    {
        await harness.SellAsync("s-1", 50_000);
        await SettleTodayAsync();
        harness.Teams.Faults.Set(new FaultRule(Team.Finance, Status: 503));
        await PayAsync("r1");
        await harness.Client.GetWorkflowHandle(SettlementTemporal.PayoutWorkflowId("po-r1-s-1")).TerminateAsync("by mistake");
        harness.Teams.Faults.Clear();
        await PayAsync("r2");
        await harness.LetFinanceActAsync("po-r1-s-1");
        await CompletedAsync("po-r1-s-1");

        Assert.That(await harness.PayoutsAsync(), Has.Count.EqualTo(1));
    }

    private async Task SettleTodayAsync() => await harness.Client.ExecuteWorkflowAsync(
        (SettlementWorkflow settlement) => settlement.RunAsync(new SettleDay(harness.Today)),
        new(SettlementTemporal.DayWorkflowId(harness.Today), OrderTemporal.TaskQueue));

    private Task<PayoutRunSummary> PayAsync(string runId, int sellersPerPage = 100, int pagesPerRun = 10) => harness.Client.ExecuteWorkflowAsync(
        (PayoutRunWorkflow run) => run.RunAsync(new PayoutRun(runId, null, null, sellersPerPage, pagesPerRun)),
        new(SettlementTemporal.PayoutRunWorkflowId(runId), OrderTemporal.TaskQueue));

    private Task CompletedAsync(string payoutId) => SettlementHarness.UntilAsync(
        async () => await harness.Reader.FindPayoutAsync(payoutId, default) is { Status: PayoutStatus.Completed });
}
