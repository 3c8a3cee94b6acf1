using EmbeddedTemporal.Common;
using OrderOrchestration.Tests.Workflows.Harness;

namespace OrderOrchestration.Tests.Workflows.Faults;

/// <summary>The main scenarios once more: with a worker that keeps no run in memory, and with a server that suggests to continue as new after a few events.</summary>
[TestFixture("without-a-cache")]
[TestFixture("continued-as-new")]
[Parallelizable(ParallelScope.Self)]
public sealed class ScenariosOnceMoreTests(string how) : OrderTests
{
    private protected override int? MaxCachedWorkflows => how == "without-a-cache" ? 0 : null;

    private protected override ServerLimits? Limits => how == "continued-as-new" ? new ServerLimits { SuggestContinueAsNewEvents = 25 } : null;

    [TestCaseSource(nameof(MainScenarios))]
    public async Task The_order_reaches_its_end(object named)
    {
        var scenario = (Scenario)named;
        var journey = new Journey(Harness, scenario.Request(OrderHarness.NewOrderId()), OrderHarness.Usual);

        await (scenario.Before?.Invoke(journey) ?? Task.CompletedTask);
        await scenario.Then(journey);

        Assert.That((await journey.Order.WhenEndedAsync()).Status, Is.EqualTo(scenario.End));
        Assert.That(journey.Order.Stored!.Has("order.needs-attention"), Is.False);
    }

    private static IEnumerable<TestCaseData> MainScenarios() => new[]
    {
        Scenarios.Completed, Scenarios.CancelledUnpaid, Scenarios.CancelledPaid, Scenarios.Returned, Scenarios.Exchanged, Scenarios.Recalled, Scenarios.ClawedBack,
        Scenarios.Redirected, Scenarios.PaidAgain, Scenarios.PlacedBlind, Scenarios.VerifiedLater, Scenarios.Declined, Scenarios.RefundedSlowly,
    }.Select(scenario => new TestCaseData(scenario).SetArgDisplayNames(scenario.Name));
}
