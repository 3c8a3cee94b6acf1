using EmbeddedTemporal.Common;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Faults;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Lifecycle;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Common;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>
/// Orders and settlements of earlier days must go on under today's code: their recorded histories are replayed. Record all anew (only together with a change that is
/// patched, or before the first release) with
/// <c>ORDER_TESTS_RECORD_HISTORIES=$PWD/tests/workflows/Histories dotnet test tests/workflows --filter FullyQualifiedName~ReplayTests</c>.
/// </summary>
public sealed class ReplayTests
{
    private static readonly string? RecordTo = Environment.GetEnvironmentVariable("ORDER_TESTS_RECORD_HISTORIES");

    private static string Folder => RecordTo ?? Path.Combine(TestContext.CurrentContext.TestDirectory, "Histories");

    private static readonly OrderPolicies Policies = new() { RefundApprovalThreshold = new Won(30_000) };

    private static readonly Scenario ApprovedRefund = new(
        "partly-refunded-with-approval", OrderStatus.Completed, Requests.Combined, journey => journey.DeliverAsync(), async journey =>
        {
            await journey.RefundAsync(RefundReasons.WrongItem, returnRequired: true, new LineQuantity("p-100", 1));
            await journey.Order.AskAsync(wf => wf.DecideRefundAsync(new RefundDecision("r-1", true, "admin:lee", "seen")));
            await journey.Order.LetAsync("logistics.return-picked-up");
            await journey.Order.WhenInAsync(OrderStatus.PartiallyRefunded);
        });

    private static readonly Scenario Recovered = new("recovered-by-an-operator", OrderStatus.Completed, Requests.Combined, journey => journey.PlaceAsync(), async journey =>
    {
        journey.Harness.Teams.Faults.Set(new FaultRule(Team.Product, Path: "/stock-reservations/*/commit", Status: 400));
        await journey.Order.LetTeamsActAsync();
        await journey.Order.WhenAsync(stored => stored.View.Attention is not null);
        journey.Harness.Teams.Faults.Clear();
        await journey.Order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand("retry", "the team is back", "operator:kim")));
        await journey.PreparedAsync();
        await journey.Order.LetDeliverAsync();
    });

    /// <summary>The run that resumes a completed order for a return.</summary>
    private static readonly Scenario Resumed = new("resumed", OrderStatus.Completed, Scenarios.ClawedBack.Request, async journey =>
    {
        await journey.DeliverAsync();
        await journey.ConfirmAsync();
        await journey.Order.Handle.GetResultAsync();
    }, Scenarios.ClawedBack.Then);

    /// <summary>The last of several runs of one order.</summary>
    private static readonly Scenario ContinuedAsNew = new("continued-as-new", OrderStatus.Completed, Scenarios.Completed.Request, null, Scenarios.Completed.Then);

    [TestCaseSource(nameof(Recorded))]
    public async Task A_recorded_order_replays(object scenario)
    {
        var file = Path.Combine(Folder, $"{scenario}.json");
        if (RecordTo is not null)
        {
            await RecordAsync((Scenario)scenario, file);
        }

        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions { DataConverter = OrderJson.DataConverter }.AddWorkflow<OrderWorkflow>());
        var result = await replayer.ReplayWorkflowAsync(WorkflowHistory.FromJson("order-recorded", await File.ReadAllTextAsync(file)), throwOnReplayFailure: false);

        Assert.That(result.ReplayFailure, Is.Null);
    }

    [Test]
    public async Task A_recorded_settlement_replays(
        [Values("settlement-daily", "settlement-page", "settlement-last-page", "payout-run", "payout-completed", "payout-failed", "settlement-stuck")] string name)
    {
        var file = Path.Combine(Folder, $"{name}.json");
        if (RecordTo is not null && !File.Exists(file))
        {
            await SettlementHistories.RecordAsync(RecordTo);
        }

        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions { DataConverter = OrderJson.DataConverter }
            .AddWorkflow<SettlementDailyWorkflow>()
            .AddWorkflow<SettlementWorkflow>()
            .AddWorkflow<PayoutRunWorkflow>()
            .AddWorkflow<PayoutWorkflow>());

        var result = await replayer.ReplayWorkflowAsync(WorkflowHistory.FromJson(name, await File.ReadAllTextAsync(file)), throwOnReplayFailure: false);

        Assert.That(result.ReplayFailure, Is.Null);
    }

    private static async Task RecordAsync(Scenario scenario, string file)
    {
        await using var harness = await OrderHarness.StartAsync(limits: scenario == ContinuedAsNew ? new ServerLimits { SuggestContinueAsNewEvents = 30 } : null);
        var journey = new Journey(harness, scenario.Request(OrderHarness.NewOrderId()), Policies);
        await (scenario.Before?.Invoke(journey) ?? Task.CompletedTask);
        await scenario.Then(journey);
        Assert.That((await journey.Order.WhenEndedAsync()).Status, Is.EqualTo(scenario.End));
        await RecordedHistory.WriteAsync(file, await journey.Order.Handle.FetchHistoryAsync());
    }

    private static IEnumerable<TestCaseData> Recorded() =>
        new[] { Scenarios.Completed, Scenarios.CancelledPaid, Scenarios.PaidAgain, ApprovedRefund, Scenarios.Exchanged, Scenarios.Recalled, Recovered, Resumed, ContinuedAsNew }
            .Select(scenario => new TestCaseData(scenario).SetArgDisplayNames(scenario.Name));
}
