using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Workflows.Faults;

/// <summary>The order store fails again and again: nothing goes on without it, nothing is lost, nothing is written twice.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class StoreFaultsTests : OrderTests
{
    [Test]
    public async Task An_order_whose_every_fifth_write_fails_reaches_its_end()
    {
        await using var retries = Harness.SkipRetries();
        Harness.Store.FailEvery(5);
        var journey = new Journey(Harness, Scenarios.Completed.Request(OrderHarness.NewOrderId()), new());

        await Scenarios.Completed.Then(journey);

        Assert.That((await journey.Order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Completed));
    }
}
