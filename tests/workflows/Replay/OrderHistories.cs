using EmbeddedTemporal.Common;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Faults;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Workflows.Replay;

/// <summary>Plays the courses of an order that are recorded.</summary>
internal static class OrderHistories
{
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

    public static async Task RecordAsync(string folder)
    {
        Scenario[] all = [Scenarios.Completed, Scenarios.CancelledPaid, Scenarios.PaidAgain, ApprovedRefund, Scenarios.Exchanged, Scenarios.Recalled, Recovered, Resumed, ContinuedAsNew];
        foreach (var scenario in all)
        {
            await RecordAsync(folder, scenario);
        }
    }

    private static async Task RecordAsync(string folder, Scenario scenario)
    {
        await using var harness = await OrderHarness.StartAsync(limits: scenario == ContinuedAsNew ? new ServerLimits { SuggestContinueAsNewEvents = 30 } : null);
        var journey = new Journey(harness, scenario.Request(OrderHarness.NewOrderId()), Policies);
        await (scenario.Before?.Invoke(journey) ?? Task.CompletedTask);
        await scenario.Then(journey);
        Assert.That((await journey.Order.WhenEndedAsync()).Status, Is.EqualTo(scenario.End));
        await RecordedHistory.WriteAsync(folder, scenario.Name, journey.Order.Handle);
    }
}
