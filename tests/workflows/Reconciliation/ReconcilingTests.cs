using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Reconciliation;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Workflows.Reconciliation;

/// <summary>결제 대사: nights, pages, workers that die in the middle, and days that could not be compared.</summary>
[Parallelizable(ParallelScope.Self)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReconcilingTests
{
    private static readonly TimeOnly AfterTheNight = new(4, 30);

    private SettlementHarness harness = null!;

    [SetUp]
    public async Task StartAsync() => harness = await SettlementHarness.StartAsync([new("Worker:ShutdownTimeout", "00:00:00")], paymentPageSize: 2);

    [TearDown]
    public async Task StopAsync()
    {
        harness.Teams.Faults.Clear();
        await harness.DisposeAsync();
    }

    [Test]
    public async Task ReconciliationTime_at_four_in_Seoul_yesterdays_payments_are_compared_with_the_ledgers()
    {
        var schedule = await harness.Client.GetScheduleHandle("payment-reconciliation").DescribeAsync();
        Assert.That(schedule.Info.NextActionTimes.Select(at => at.ToUniversalTime().TimeOfDay), Is.All.EqualTo(new TimeSpan(19, 0, 0)));
        Assert.That(schedule.Schedule.Spec.TimeZoneName, Is.EqualTo("Asia/Seoul"));

        var day = harness.Today;
        await harness.SellByCardAsync();
        var (refunded, paymentId) = await harness.SellByCardAsync();
        harness.Teams.Payment.Console.Refund(paymentId, new ConsoleRefundRequest(5_000, "staff-1", Webhook: false));
        await harness.SkipToAsync(day.AddDays(1), new TimeOnly(3, 59));
        Assert.That(await harness.Reconciliations.FindAsync(day, default), Is.Null, "not before four");
        await harness.SkipToAsync(day.AddDays(1), AfterTheNight);
        var compared = await harness.ReconciledAsync(day);

        Assert.That((compared.Status, compared.Totals.Payments, compared.Totals.Refunds, compared.Totals.Differences), Is.EqualTo((ReconciliationStatus.Completed, 2L, 1L, 1L)));
        Assert.That((compared.Totals.OursPaid, compared.Totals.TheirsPaid), Is.EqualTo((new Won(46_000), new Won(46_000))));
        Assert.That((compared.Totals.OursRefunded, compared.Totals.TheirsRefunded), Is.EqualTo((new Won(0), new Won(5_000))));
        var found = (await harness.Reconciliations.DifferencesAsync(day, 1, 0, 10, default)).Single().Difference;
        Assert.That((found.OrderId, found.Kind, found.Done), Is.EqualTo((refunded, DifferenceKind.ForeignRefund, DifferenceOutcome.Applied)));
        await SettlementHarness.UntilAsync(async () => (await harness.EventsAsync(refunded)).Any(one => one.Type == "payment.partial-refund-completed"));
        Assert.That((await harness.EventsAsync(ReconciliationTemporal.Subject(day))).Select(one => one.Type), Is.EqualTo(new[] { "reconciliation.completed" }));
    }

    [Test]
    public async Task Pages_and_runs_that_continue_as_new_compare_each_payment_once()
    {
        for (var i = 0; i < 7; i++)
        {
            await harness.SellByCardAsync();
        }

        var handle = await StartAsync(new ReconcileDay(harness.Today, PaymentsPerStep: 2, StepsPerRun: 2));
        Assert.That(await handle.GetResultAsync(), Is.EqualTo(ReconciliationStatus.Completed));

        var compared = await harness.ReconciledAsync(harness.Today);
        Assert.That((compared.Totals.Payments, compared.Totals.Differences, compared.Totals.OursPaid), Is.EqualTo((7L, 0L, new Won(7 * 23_000))));
        Assert.That(handle.ResultRunId, Is.Not.EqualTo((await handle.DescribeAsync()).RunId), "it continued as new");
    }

    [Test]
    public async Task A_reconciliation_goes_on_after_its_worker_died_and_publishes_nothing_twice()
    {
        List<(string OrderId, string PaymentId)> sold = [];
        for (var i = 0; i < 6; i++)
        {
            sold.Add(await harness.SellByCardAsync());
            harness.Teams.Payment.Console.Refund(sold[^1].PaymentId, new ConsoleRefundRequest(1_000, $"staff-{i}", Webhook: false));
        }

        await harness.SkipAsync(TimeSpan.FromMinutes(1));
        harness.Teams.Faults.Set(new FaultRule(Team.Payment, Method: "GET", Path: $"/payments/{sold[3].PaymentId}", Outage: Outage.Hang, Name: "hang"));
        var handle = await StartAsync(new ReconcileDay(harness.Today));
        await SettlementHarness.UntilAsync(() => Task.FromResult(harness.Teams.Faults.Current.Any(fault => fault.Applied > 0)));
        await harness.StopWorkerAsync();
        harness.Teams.Faults.Clear();
        await harness.StartWorkerAsync();
        await harness.SkipAsync(TimeSpan.FromMinutes(2));

        Assert.That(await handle.GetResultAsync(), Is.EqualTo(ReconciliationStatus.Completed));
        var compared = await harness.ReconciledAsync(harness.Today);
        Assert.That(compared.Totals.Payments, Is.EqualTo(6));
        var found = await harness.Reconciliations.DifferencesAsync(harness.Today, 1, 0, 20, default);
        Assert.That(found.Select(one => one.Difference.OrderId), Is.EquivalentTo(sold.Select(one => one.OrderId)));
        foreach (var (orderId, _) in sold)
        {
            await SettlementHarness.UntilAsync(async () => (await harness.EventsAsync(orderId)).Any(one => one.Type == "payment.partial-refund-completed"));
            Assert.That((await harness.EventsAsync(orderId)).Count(one => one.Type == "reconciliation.difference-found"), Is.EqualTo(1), orderId);
        }
    }

    [Test]
    public async Task A_payment_of_ours_that_the_list_does_not_have_is_asked_for_by_its_id()
    {
        await harness.SellByCardAsync();
        var lost = await harness.SellByCardAsync("payment-nobody-knows");
        Assert.That(await (await StartAsync(new ReconcileDay(harness.Today))).GetResultAsync(), Is.EqualTo(ReconciliationStatus.Completed));

        var compared = await harness.ReconciledAsync(harness.Today);
        var found = (await harness.Reconciliations.DifferencesAsync(harness.Today, 1, 0, 10, default)).Single().Difference;
        Assert.That((found.OrderId, found.Kind, found.Ours, found.Theirs, found.Done), Is.EqualTo((lost, DifferenceKind.MissingThere, (Won?)new Won(23_000), (Won?)null, DifferenceOutcome.Attention)));
        Assert.That((compared.Totals.OursPaid, compared.Totals.TheirsPaid), Is.EqualTo((new Won(46_000), new Won(23_000))));
        await SettlementHarness.UntilAsync(async () => (await harness.EventsAsync(lost)).Any(one => one.Type == "order.needs-attention"));
    }

    [Test]
    public async Task A_day_that_could_not_be_compared_fails_notifies_the_operators_and_is_compared_the_night_after()
    {
        var day = harness.Today;
        await harness.SellByCardAsync();
        harness.Teams.Faults.Set(new FaultRule(Team.Payment, Method: "GET", Path: "/payments", Status: 400));
        await harness.SkipToAsync(day.AddDays(1), AfterTheNight);
        var failed = await harness.ReconciledAsync(day);

        Assert.That((failed.Status, failed.Error), Is.EqualTo((ReconciliationStatus.Failed, "Payment: GET /payments answered 400")));
        await SettlementHarness.UntilAsync(() => Task.FromResult(harness.Teams.Books.Notifications.Any(sent => sent.Template == "needs-attention")));
        harness.Teams.Faults.Clear();
        await harness.SkipToAsync(day.AddDays(2), AfterTheNight);
        Assert.That((await harness.ReconciledAsync(day, run: 2)).Status, Is.EqualTo(ReconciliationStatus.Completed));
        Assert.That((await harness.ReconciledAsync(day.AddDays(1))).Status, Is.EqualTo(ReconciliationStatus.Completed));
    }

    private Task<WorkflowHandle<ReconciliationWorkflow, ReconciliationStatus>> StartAsync(ReconcileDay input) => harness.Client.StartWorkflowAsync(
        (ReconciliationWorkflow reconciliation) => reconciliation.RunAsync(input),
        new(ReconciliationTemporal.DayWorkflowId(input.Day), OrderTemporal.TaskQueue));
}
