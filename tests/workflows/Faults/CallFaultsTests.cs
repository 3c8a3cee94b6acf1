using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Workflows.Faults;

/// <summary>
/// Every call that an order makes over its life, going wrong in every way: the order reaches its end all the same; by itself where the fault heals
/// within a step's timeout, after an operator's <c>retry</c> where it does not. A change of address is the exception: it is refused with
/// <c>team-unavailable</c>, and the address stays. The invariants are checked after each test. By default each call goes wrong in one of the scenarios that
/// make it, in the ways that differ for the order; in a thorough run in all of them, in every way.
/// </summary>
[TestFixtureSource(nameof(Faults))]
[Parallelizable(ParallelScope.Self)]
public sealed class CallFaultsTests : OrderTests
{
    private readonly CallFault fault;

    public CallFaultsTests(object fault) => this.fault = (CallFault)fault;

    private protected override TimeSpan? CallTimeout => fault.CallTimeout;

    private static readonly (Scenario Scenario, (Team Team, string Call)[] Calls)[] Life =
    [
        (Scenarios.PlacedBlind,
        [
            (Team.Product, "GET /products/*"), (Team.Member, "GET /members/*"), (Team.Promotion, "GET /coupons/*/validity"), (Team.Logistics, "GET /serviceability"),
        ]),
        (Scenarios.Completed,
        [
            (Team.Promotion, "POST /coupons/*/redemptions"), (Team.Member, "POST /members/*/point-uses"), (Team.Product, "POST /stock-reservations"),
            (Team.Payment, "POST /payments"), (Team.Product, "POST /stock-reservations/*/commit"), (Team.Logistics, "POST /shipments"),
            (Team.Member, "POST /members/*/point-accruals"), (Team.Member, "POST /members/*/purchases"),
        ]),
        (Scenarios.VerifiedBlind, [(Team.Payment, "GET /identity-verifications/*")]),
        (Scenarios.VerifiedLater, [(Team.Payment, "POST /payments")]),
        (Scenarios.PaidAgain, [(Team.Payment, "GET /payments/*"), (Team.Payment, "POST /payments/*/cancel"), (Team.Payment, "POST /payments")]),
        (Scenarios.CancelledUnpaid,
        [
            (Team.Payment, "GET /payments/*"), (Team.Payment, "POST /payments/*/cancel"), (Team.Product, "DELETE /stock-reservations/*"),
            (Team.Member, "POST /members/*/point-restorations"), (Team.Promotion, "POST /coupons/*/restorations"),
        ]),
        (Scenarios.CancelledPaid,
        [
            (Team.Logistics, "POST /shipments/*/cancel"), (Team.Payment, "GET /payments/*"), (Team.Payment, "POST /payments/*/refunds"),
            (Team.Product, "POST /stock-restorations"), (Team.Member, "POST /members/*/point-restorations"), (Team.Promotion, "POST /coupons/*/restorations"),
        ]),
        (Scenarios.Redirected, [(Team.Logistics, "PUT /shipments/*/address")]),
        (Scenarios.Recalled,
        [
            (Team.Logistics, "POST /shipments/*/return"), (Team.Payment, "POST /payments/*/refunds"), (Team.Product, "POST /stock-restorations"),
            (Team.Member, "POST /members/*/point-restorations"), (Team.Promotion, "POST /coupons/*/restorations"),
        ]),
        (Scenarios.Returned,
        [
            (Team.Logistics, "POST /return-pickups"), (Team.Product, "POST /stock-restorations"), (Team.Payment, "GET /payments/*"),
            (Team.Payment, "POST /payments/*/refunds"), (Team.Member, "POST /members/*/point-restorations"),
        ]),
        (Scenarios.Exchanged,
        [
            (Team.Product, "POST /stock-reservations"), (Team.Product, "POST /stock-reservations/*/commit"), (Team.Logistics, "POST /return-pickups"),
            (Team.Product, "POST /stock-restorations"), (Team.Logistics, "POST /shipments"),
        ]),
        (Scenarios.ClawedBack,
        [
            (Team.Member, "POST /members/*/point-clawbacks"), (Team.Payment, "POST /payments/*/refunds"), (Team.Member, "POST /members/*/point-restorations"),
        ]),
    ];

    [TestCaseSource(nameof(Calls))]
    public async Task The_order_reaches_its_end(object scenario, object call)
    {
        var journey = await BeginAsync((Scenario)scenario);
        var waits = fault.WaitsForOperator && ((TeamCall)call).Path != "/shipments/*/address";
        await using var retries = Harness.SkipRetries();
        Harness.Teams.Faults.Set(fault.On((TeamCall)call));

        var going = ((Scenario)scenario).Then(journey);
        if (waits)
        {
            await RetryOnceRecoveredAsync(journey);
        }

        await going;
        Assert.That(fault.WaitsForOperator || Harness.Teams.Faults.Current.Single().Applied > 0, "the call was made and went wrong");
        Harness.Teams.Faults.Clear();
        var ended = await journey.Order.WhenEndedAsync();

        Assert.That(ended.Status, Is.EqualTo(((Scenario)scenario).End));

        // The call for the address goes on after the refusal; whether it times out and reaches an operator before the fault ends depends on timing.
        var mostAttentions = fault.WaitsForOperator ? 1 : 0;
        Assert.That(journey.Order.Stored!.Types.Count(type => type == "order.needs-attention"), Is.InRange(waits ? 1 : 0, mostAttentions));
    }

    private async Task<Journey> BeginAsync(Scenario scenario)
    {
        var journey = new Journey(Harness, scenario.Request(OrderHarness.NewOrderId()), fault.Policies);
        await (scenario.Before?.Invoke(journey) ?? Task.CompletedTask);
        return journey;
    }

    private async Task RetryOnceRecoveredAsync(Journey journey)
    {
        await Harness.Store.WhenAsync(journey.Request.OrderId, stored => stored.View.Attention is not null);
        Harness.Teams.Faults.Clear();
        await Harness.Orders.Last().AskAsync(wf => wf.RecoverAsync(new RecoverCommand("retry", "the team is back", "operator:kim")));
    }

    private static IEnumerable<TestFixtureData> Faults() => CallFault.All.Where(fault => TestSize.IsThorough || !fault.IsLikeAnother).Select(fault => new TestFixtureData(fault).SetArgDisplayNames(fault.Name));

    private static IEnumerable<TestCaseData> Calls()
    {
        var calls = Life.SelectMany(part => part.Calls.Select(call => (part.Scenario, call.Team, call.Call)));
        return
            from call in TestSize.IsThorough ? calls : calls.DistinctBy(call => (call.Team, call.Call))
            let words = call.Call.Split(' ')
            select new TestCaseData(call.Scenario, new TeamCall(call.Team, words[0], words[1])).SetArgDisplayNames(call.Scenario.Name, $"{call.Team}", call.Call);
    }
}
