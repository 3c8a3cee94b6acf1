using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Finance;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Workflows.Settlement;

/// <summary>Case 10: outcomes of a payout that differ from an earlier outcome or from the requested amount, and its tax invoices.</summary>
[Parallelizable(ParallelScope.Self)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PayoutOutcomeTests
{
    private const string First = "po-r1-s-1";
    private const string Second = "po-r2-s-1";

    private SettlementHarness harness = null!;

    [SetUp]
    public async Task StartAsync() => harness = await SettlementHarness.StartAsync();

    [TearDown]
    public async Task StopAsync() => await harness.DisposeAsync();

    [Test]
    public async Task Case_10_a_payout_that_completed_and_then_failed_is_reversed_and_paid_by_the_next_run()
    {
        await PaidAsync();
        await harness.LetFinanceSayAsync(First, new PayoutOutcomeRequest(PayoutState.Failed, Reason: "예금주 불일치"));
        await StatusAsync(First, PayoutStatus.Failed);

        Assert.That((await harness.StatementAsync("s-1", harness.Today)).Status, Is.EqualTo(StatementStatus.Open));
        Assert.That((await harness.EventsAsync(First)).Select(published => published.Type), Does.Contain("settlement.failed"));
        await UntilNotifiedAsync();
        await PayAsync("r2");
        await harness.LetFinanceActAsync(Second);
        await StatusAsync(Second, PayoutStatus.Completed);
        await EndedAsync(Second);

        Assert.That((await harness.StatementAsync("s-1", harness.Today)).PayoutId, Is.EqualTo(Second));
        Assert.That(harness.Teams.Books.TaxInvoices.Select(invoice => (invoice.PayoutId, invoice.Commission)), Is.EqualTo(new[] { (First, 10_000L) }), "the commission is invoiced once");
    }

    [Test]
    public async Task Case_10_a_payout_that_failed_and_was_paid_after_all_before_it_was_paid_anew_is_paid()
    {
        await FailedAsync();
        await harness.LetFinanceSayAsync(First, new PayoutOutcomeRequest(PayoutState.Completed));
        await StatusAsync(First, PayoutStatus.Completed);
        await EndedAsync(First);

        Assert.That((await harness.StatementAsync("s-1", harness.Today)).Status, Is.EqualTo(StatementStatus.Paid));
        Assert.That((await PayAsync("r2")).Count, Is.Zero, "nothing of it is open any more");
        Assert.That(harness.Teams.Books.TaxInvoices.Single().Commission, Is.EqualTo(10_000));
    }

    [Test]
    public async Task Case_10_a_failed_payout_that_completes_after_it_was_paid_anew_waits_for_an_operator_and_its_statements_stay_with_the_second()
    {
        await FailedAsync();
        await PayAsync("r2");
        await harness.LetFinanceActAsync(Second);
        await StatusAsync(Second, PayoutStatus.Completed);
        await harness.LetFinanceSayAsync(First, new PayoutOutcomeRequest(PayoutState.Completed));
        var waits = await AttentionAsync(First);

        Assert.That((waits.Step, waits.Error), Is.EqualTo(("settle-payout", "90,000 won were paid twice to seller s-1: the payout had failed and was paid anew under another id")));
        await EndAsync(First, "the seller gives it back");
        await EndedAsync(First);
        var statement = await harness.StatementAsync("s-1", harness.Today);
        Assert.That((statement.PayoutId, statement.Status), Is.EqualTo((Second, StatementStatus.Paid)));
        Assert.That((await harness.Reader.FindPayoutAsync(First, default))!.Status, Is.EqualTo(PayoutStatus.Failed));
    }

    [Test]
    public async Task Case_10_one_won_of_90_000_is_not_believed_and_an_operator_accepts_it_with_a_note()
    {
        harness.Teams.Scenarios.Add(new PayoutRule(SellerId: "s-1", PaidAmount: 1));
        await RequestedAsync();
        await harness.LetFinanceActAsync(First);
        var waits = await AttentionAsync(First);

        Assert.That(waits.Error, Does.StartWith("the finance team says that 1 won of 90,000 won were paid"));
        Assert.That(waits.Actions, Is.EqualTo(new[] { "retry", "end" }));
        Assert.That((await harness.Reader.FindPayoutAsync(First, default))!.Status, Is.EqualTo(PayoutStatus.Requested));
        Assert.That((await harness.StatementAsync("s-1", harness.Today)).Status, Is.EqualTo(StatementStatus.Open));
        await EndAsync(First, "the rest was paid by hand");
        await StatusAsync(First, PayoutStatus.Completed);
        Assert.That((await harness.StatementAsync("s-1", harness.Today)).Status, Is.EqualTo(StatementStatus.Paid));
    }

    [Test]
    public async Task Case_10_an_amount_that_the_finance_team_corrects_is_accepted()
    {
        harness.Teams.Scenarios.Add(new PayoutRule(SellerId: "s-1", PaidAmount: 1));
        await RequestedAsync();
        await harness.LetFinanceActAsync(First);
        await AttentionAsync(First);
        await harness.LetFinanceSayAsync(First, new PayoutOutcomeRequest(PayoutState.Completed));
        await StatusAsync(First, PayoutStatus.Completed);
        await EndedAsync(First);

        Assert.That(await harness.Reader.AttentionAsync(First, default), Is.Null);
    }

    [Test]
    public async Task A_repeated_outcome_changes_nothing_and_is_shown_as_ignored()
    {
        await PaidAsync();
        await harness.LetFinanceSayAsync(First, new PayoutOutcomeRequest(PayoutState.Completed));
        await SettlementHarness.UntilAsync(async () => (await harness.EventsAsync(First)).Any(published => published.Data.TryGetProperty("ignored", out _)));

        Assert.That((await harness.EventsAsync(First)).Count(published => published.Type == "settlement.payout-completed"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_tax_invoice_that_the_finance_team_refuses_for_good_is_ended_by_an_operator_with_a_note()
    {
        harness.Teams.Faults.Set(new FaultRule(Team.Finance, Path: "/tax-invoices", Status: 422));
        await RequestedAsync();
        await harness.LetFinanceActAsync(First);
        Assert.That((await AttentionAsync(First)).Step, Is.EqualTo("request-tax-invoice"));
        Assert.That(await PlacedOrder.RefusalOfAsync(Handle(First).ExecuteUpdateAsync(one => one.RecoverAsync(new RecoverCommand("end")))), Is.EqualTo("action-not-allowed"));
        await EndAsync(First, "issued on paper");

        Assert.That(await Handle(First).GetResultAsync(), Is.EqualTo(PayoutStatus.Completed));
        Assert.That(harness.Teams.Books.TaxInvoices, Is.Empty);
        Assert.That(await harness.Reader.AttentionAsync(First, default), Is.Null);
    }

    [Test]
    public async Task Hotspot_21_a_negative_commission_has_an_amended_invoice_and_a_zero_commission_has_none()
    {
        await harness.SellAsync("s-2", 100_000, rate: 0m);
        var returned = await harness.SellAsync("s-1", 50_000);
        await SettleTodayAsync();
        await PayAsync("r1");
        await harness.LetFinanceActAsync(First);
        await harness.LetFinanceActAsync("po-r1-s-2");
        await EndedAsync(First);
        await EndedAsync("po-r1-s-2");
        Assert.That(harness.Teams.Books.TaxInvoices.Select(invoice => (invoice.PayoutId, invoice.Kind)), Is.EqualTo(new[] { (First, Partners.Finance.TaxInvoiceKind.Original) }));

        await harness.SkipToAsync(harness.Today.AddDays(1), new TimeOnly(9, 0));
        await harness.RefundAsync(returned);
        await harness.SellAsync("s-1", 200_000, rate: 0m);
        await SettleTodayAsync();
        await PayAsync("r2");
        await harness.LetFinanceActAsync(Second);
        await EndedAsync(Second);

        var amended = harness.Teams.Books.TaxInvoices.Single(invoice => invoice.PayoutId == Second);
        Assert.That((amended.Kind, amended.Commission), Is.EqualTo((Partners.Finance.TaxInvoiceKind.Amended, -5_000L)));
    }

    private async Task RequestedAsync()
    {
        await harness.SellAsync("s-1", 100_000);
        await SettleTodayAsync();
        await PayAsync("r1");
    }

    private async Task PaidAsync()
    {
        await RequestedAsync();
        await harness.LetFinanceActAsync(First);
        await StatusAsync(First, PayoutStatus.Completed);
        await EndedAsync(First);
    }

    private async Task FailedAsync()
    {
        harness.Teams.Scenarios.Add(new PayoutRule(SellerId: "s-1", FailureReason: "계좌 입금 불가", Count: 1));
        await RequestedAsync();
        await harness.LetFinanceActAsync(First);
        await StatusAsync(First, PayoutStatus.Failed);
        await EndedAsync(First);
    }

    private WorkflowHandle<PayoutWorkflow, PayoutStatus> Handle(string payoutId) =>
        harness.Client.GetWorkflowHandle<PayoutWorkflow, PayoutStatus>(SettlementTemporal.PayoutWorkflowId(payoutId));

    private Task EndAsync(string payoutId, string note) =>
        Handle(payoutId).ExecuteUpdateAsync(one => one.RecoverAsync(new RecoverCommand("end", note, "operator:kim")));

    private Task<PayoutStatus> EndedAsync(string payoutId) => Handle(payoutId).GetResultAsync();

    private async Task<AttentionView> AttentionAsync(string payoutId)
    {
        await SettlementHarness.UntilAsync(async () => await harness.Reader.AttentionAsync(payoutId, default) is not null);
        return (await harness.Reader.AttentionAsync(payoutId, default))!;
    }

    private Task StatusAsync(string payoutId, PayoutStatus status) => SettlementHarness.UntilAsync(
        async () => await harness.Reader.FindPayoutAsync(payoutId, default) is { } payout && payout.Status == status);

    private Task UntilNotifiedAsync() => SettlementHarness.UntilAsync(() => Task.FromResult(
        harness.Teams.Books.Notifications.Any(sent => sent is { To: "operators", Template: "needs-attention" })));

    private async Task SettleTodayAsync() => await harness.Client.ExecuteWorkflowAsync(
        (SettlementWorkflow settlement) => settlement.RunAsync(new SettleDay(harness.Today)),
        new(SettlementTemporal.DayWorkflowId(harness.Today), OrderTemporal.TaskQueue));

    private Task<PayoutRunSummary> PayAsync(string runId) => harness.Client.ExecuteWorkflowAsync(
        (PayoutRunWorkflow run) => run.RunAsync(new PayoutRun(runId, null, null, 100, 10)),
        new(SettlementTemporal.PayoutRunWorkflowId(runId), OrderTemporal.TaskQueue));
}
