using OrderOrchestration.Partners;
using OrderOrchestration.Tests.Workflows.Worlds;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Workflows.Faults;

/// <summary>
/// Every call that an order makes over its life, going wrong in every way: the order reaches its end all the same; by itself where the fault heals
/// within a step's patience, after an operator's <c>retry</c> where it does not. The truths are judged after each.
/// </summary>
[TestFixtureSource(nameof(Faults))]
[Parallelizable(ParallelScope.Self)]
public sealed class CallFaultsTests : OrderTests
{
    private readonly CallFault fault;

    public CallFaultsTests(object fault) => this.fault = (CallFault)fault;

    private protected override TimeSpan? CallTimeout => fault.CallTimeout;

    private static readonly (Course Course, (Team Team, string Call)[] Calls)[] Life =
    [
        (Courses.PlacedBlind,
        [
            (Team.Product, "GET /products/*"), (Team.Member, "GET /members/*"), (Team.Promotion, "GET /coupons/*/validity"), (Team.Logistics, "GET /serviceability"),
        ]),
        (Courses.Kept,
        [
            (Team.Promotion, "POST /coupons/*/redemptions"), (Team.Member, "POST /members/*/point-uses"), (Team.Product, "POST /stock-reservations"),
            (Team.Payment, "POST /payments"), (Team.Product, "POST /stock-reservations/*/commit"), (Team.Logistics, "POST /shipments"),
            (Team.Member, "POST /members/*/point-accruals"), (Team.Member, "POST /members/*/purchases"),
        ]),
        (Courses.VerifiedLater, [(Team.Payment, "GET /identity-verifications/*"), (Team.Payment, "POST /payments")]),
        (Courses.PaidAgain, [(Team.Payment, "GET /payments/*"), (Team.Payment, "POST /payments/*/cancel"), (Team.Payment, "POST /payments")]),
        (Courses.CancelledUnpaid,
        [
            (Team.Payment, "GET /payments/*"), (Team.Payment, "POST /payments/*/cancel"), (Team.Product, "DELETE /stock-reservations/*"),
            (Team.Member, "POST /members/*/point-restorations"), (Team.Promotion, "POST /coupons/*/restorations"),
        ]),
        (Courses.CancelledPaid,
        [
            (Team.Logistics, "POST /shipments/*/cancel"), (Team.Payment, "GET /payments/*"), (Team.Payment, "POST /payments/*/refunds"),
            (Team.Product, "POST /stock-restorations"), (Team.Member, "POST /members/*/point-restorations"), (Team.Promotion, "POST /coupons/*/restorations"),
        ]),
        (Courses.Redirected, [(Team.Logistics, "GET /serviceability"), (Team.Logistics, "PUT /shipments/*/address")]),
        (Courses.CalledBack,
        [
            (Team.Logistics, "POST /shipments/*/return"), (Team.Payment, "POST /payments/*/refunds"), (Team.Product, "POST /stock-restorations"),
            (Team.Member, "POST /members/*/point-restorations"), (Team.Promotion, "POST /coupons/*/restorations"),
        ]),
        (Courses.Returned,
        [
            (Team.Logistics, "POST /return-pickups"), (Team.Product, "POST /stock-restorations"), (Team.Payment, "GET /payments/*"),
            (Team.Payment, "POST /payments/*/refunds"), (Team.Member, "POST /members/*/point-restorations"),
        ]),
        (Courses.Exchanged,
        [
            (Team.Product, "POST /stock-reservations"), (Team.Product, "POST /stock-reservations/*/commit"), (Team.Logistics, "POST /return-pickups"),
            (Team.Product, "POST /stock-restorations"), (Team.Logistics, "POST /shipments"),
        ]),
        (Courses.ClawedBack,
        [
            (Team.Member, "POST /members/*/point-clawbacks"), (Team.Payment, "POST /payments/*/refunds"), (Team.Member, "POST /members/*/point-restorations"),
        ]),
    ];

    [TestCaseSource(nameof(Calls))]
    public async Task The_order_reaches_its_end(object course, object call)
    {
        var journey = await BeginAsync((Course)course);
        await using var retries = World.SkipRetries();
        World.Teams.Faults.Set(fault.On((TeamCall)call));

        var going = ((Course)course).Then(journey);
        if (fault.Parks)
        {
            await RetryOnceHealedAsync(journey);
        }

        await going;
        Assert.That(fault.Parks || World.Teams.Faults.Current.Single().Applied > 0, "the call was made and went wrong");
        World.Teams.Faults.Clear();
        var ended = await journey.Order.WhenEndedAsync();

        Assert.That(ended.Status, Is.EqualTo(((Course)course).End));
        Assert.That(journey.Order.Stored!.Types.Count(type => type == "order.needs-attention"), Is.EqualTo(fault.Parks ? 1 : 0));
    }

    private async Task<Journey> BeginAsync(Course course)
    {
        var journey = new Journey(World, course.Request(OrderWorld.NewOrderId()), fault.Policies);
        await (course.Before?.Invoke(journey) ?? Task.CompletedTask);
        return journey;
    }

    private async Task RetryOnceHealedAsync(Journey journey)
    {
        await World.Store.WhenAsync(journey.Request.OrderId, stored => stored.View.Attention is not null);
        World.Teams.Faults.Clear();
        await World.Orders.Last().AskAsync(wf => wf.RecoverAsync(new RecoverCommand("retry", "the team is back", "operator:kim")));
    }

    private static IEnumerable<TestFixtureData> Faults() => CallFault.All.Select(fault => new TestFixtureData(fault).SetArgDisplayNames(fault.Name));

    private static IEnumerable<TestCaseData> Calls() =>
        from part in Life
        from call in part.Calls
        let words = call.Call.Split(' ')
        select new TestCaseData(part.Course, new TeamCall(call.Team, words[0], words[1])).SetArgDisplayNames(part.Course.Name, $"{call.Team}", call.Call);
}
