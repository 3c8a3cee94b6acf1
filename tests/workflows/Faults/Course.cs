using OrderOrchestration.Tests.Workflows.Worlds;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Workflows.Faults;

/// <summary>One way an order may go, cut where something is to go wrong: what happens before, and what then happens while it does.</summary>
/// <param name="End">How the order ends, whatever went wrong.</param>
/// <param name="Request">The wish it begins with.</param>
/// <param name="Before">All goes well until here; absent where it is to go wrong from the first call on.</param>
/// <param name="Then">Goes on until the order needs nobody but the clock to end.</param>
internal sealed record Course(
    string Name, OrderStatus End, Func<string, OrderRequest> Request, Func<Journey, Task>? Before, Func<Journey, Task> Then)
{
    public override string ToString() => Name;
}

/// <summary>An order on its course.</summary>
internal sealed class Journey(OrderWorld world, OrderRequest request, OrderPolicies policies)
{
    public OrderWorld World => world;

    public OrderRequest Request => request;

    /// <summary>The order, once it was started.</summary>
    public PlacedOrder Order { get; private set; } = null!;

    public async Task PlaceAsync(bool withFacts = true)
    {
        Order = await world.StartAsync(request, policies, withFacts);
        await Order.WhenPlacedAsync();
    }

    /// <summary>Placed, paid, its parcels asked for.</summary>
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

    /// <summary>From an approval to the parcels asked for.</summary>
    public async Task PreparedAsync()
    {
        await Order.WhenInAsync(OrderStatus.Preparing);
        await world.Calls.WhenAsync(() => Order.Account.Shipments.Count > 0);
    }

    public Task CancelAsync() => Order.AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind")));

    public Task ConfirmAsync() => Order.AskAsync(wf => wf.ConfirmAsync());

    public Task RefundAsync(string reason, bool returnRequired, params LineQuantity[] lines) =>
        Order.AskAsync(wf => wf.RequestRefundAsync(new RefundCommand("r-1", reason, returnRequired, lines)));
}
