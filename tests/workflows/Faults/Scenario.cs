using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Tests.Workflows.Faults;

/// <summary>A scenario of an order in two parts: what happens before a fault is set, and what happens while it is.</summary>
/// <param name="End">How the order ends, whatever went wrong.</param>
/// <param name="Request">The request that places it.</param>
/// <param name="Before">What happens before the fault is set; absent where it applies from the first call on.</param>
/// <param name="Then">What happens under the fault, until only time has to pass for the order to end.</param>
internal sealed record Scenario(
    string Name, OrderStatus End, Func<string, OrderRequest> Request, Func<Journey, Task>? Before, Func<Journey, Task> Then)
{
    public override string ToString() => Name;
}

/// <summary>One order that plays a scenario.</summary>
internal sealed class Journey(OrderHarness harness, OrderRequest request, OrderPolicies policies)
{
    public OrderHarness Harness => harness;

    public OrderRequest Request => request;

    /// <summary>The order, once it was started.</summary>
    public PlacedOrder Order { get; private set; } = null!;

    public async Task PlaceAsync(bool withFacts = true)
    {
        Order = await harness.StartAsync(request, policies, withFacts);
        await Order.WhenPlacedAsync();
    }

    /// <summary>Placed and paid, its parcels requested.</summary>
    public async Task PayAsync()
    {
        await PlaceAsync();
        await Order.LetPaymentBeApprovedAsync();
        await PreparedAsync();
    }

    public async Task DeliverAsync()
    {
        await PayAsync();
        await Order.LetDeliverAsync();
        await Order.ViewAsync();
    }

    /// <summary>From an approval to the requested parcels.</summary>
    public async Task PreparedAsync()
    {
        await Order.WhenInAsync(OrderStatus.Preparing);
        await harness.Calls.WhenAsync(() => Order.Account.Shipments.Count > 0);
    }

    /// <summary>Answered at once; what other teams hold is given back afterwards.</summary>
    public async Task CancelAsync()
    {
        await Order.AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind")));
        await Order.WhenInAsync(OrderStatus.Cancelled);
        await Order.WhenNothingIsHeldAsync();
    }

    /// <summary>Answered at once; the purchase is rewarded afterwards.</summary>
    public async Task ConfirmAsync()
    {
        await Order.AskAsync(wf => wf.ConfirmAsync());
        await Order.WhenAsync(stored => stored.Snapshot is { CompletedAt: not null, Reward.Status: not RewardStatus.Due });
    }

    /// <summary>A refund without goods is requested by an admin, which approves it.</summary>
    public Task RefundAsync(string reason, bool returnRequired, params LineQuantity[] lines) =>
        Order.AskAsync(wf => wf.RequestRefundAsync(new RefundCommand("r-1", reason, returnRequired, lines, returnRequired ? "customer" : "admin:lee")));

    /// <summary>Asks for another address until logistics has answered, five times at most: where it does not answer, the address stays.</summary>
    public async Task RedirectAsync(ShippingAddress shipTo)
    {
        var command = new ChangeAddressCommand(shipTo, new ServiceabilityFact(Deliverable: true, Remote: false));
        for (var tries = 0; tries < 5; tries++)
        {
            var refusal = await PlacedOrder.RefusalOfAsync(Order.AskAsync(wf => wf.ChangeAddressAsync(command)));
            if (refusal is null)
            {
                return;
            }

            Assert.That(refusal, Is.EqualTo("team-unavailable"));
        }
    }
}
