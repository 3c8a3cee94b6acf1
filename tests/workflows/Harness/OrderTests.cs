using System.Text.Json;
using EmbeddedTemporal.Common;
using OrderOrchestration.Tests.Invariants;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>Tests of orders in a harness of their own. After every test the invariants of domain §5 hold for its orders.</summary>
public abstract class OrderTests
{
    private readonly HashSet<string> over = [];

    private protected OrderHarness Harness { get; private set; } = null!;

    /// <summary>How long a call to a team may take in this harness; absent: as long as in production.</summary>
    private protected virtual TimeSpan? CallTimeout => null;

    /// <summary>From when on the server suggests to continue as new; absent: as the real server.</summary>
    private protected virtual ServerLimits? Limits => null;

    /// <summary>How many runs the worker keeps in memory; absent: as the suite does.</summary>
    private protected virtual int? MaxCachedWorkflows => null;

    [OneTimeSetUp]
    public async Task StartHarnessAsync() => Harness = await OrderHarness.StartAsync(CallTimeout, Limits, MaxCachedWorkflows);

    [OneTimeTearDown]
    public async Task StopHarnessAsync() => await Harness.DisposeAsync();

    [TearDown]
    public async Task InvariantsHoldAsync()
    {
        Harness.Teams.Faults.Clear();
        var observed = new List<ObservedOrder>();
        foreach (var order in Harness.Orders.Where(order => !over.Contains(order.OrderId)))
        {
            var found = await order.CollectEvidenceAsync();
            observed.Add(found);
            await ReadModelIsNotBehindAsync(order);
            if (found.IsOver)
            {
                over.Add(order.OrderId);
            }
        }

        OrderInvariants.Hold(observed, Harness.Teams.Books.Imbalances);
    }

    /// <summary>Once an order is at rest, its stored view equals the view of the workflow.</summary>
    private static async Task ReadModelIsNotBehindAsync(PlacedOrder order)
    {
        if (order.Stored is { } stored)
        {
            Assert.That(Timeless(stored.View), Is.EqualTo(Timeless(await order.ViewAsync())), $"the stored view of {order.OrderId}, {stored.Describe()}");
        }
    }

    private static string Timeless(OrderView view)
    {
        var json = JsonSerializer.SerializeToNode(view, OrderJson.Options)!.AsObject();
        json.Remove("updatedAt");
        return json.ToJsonString(OrderJson.Options);
    }
}
