using System.Text.Json;
using OrderOrchestration.Tests.Truths;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Workflows.Worlds;

/// <summary>Tests of orders in a world of their own. Whatever a test did to its orders, the truths of domain §5 hold after it.</summary>
public abstract class OrderTests
{
    private readonly HashSet<string> over = [];

    private protected OrderWorld World { get; private set; } = null!;

    /// <summary>How long a call to a team may take in this world; absent: as long as in production.</summary>
    private protected virtual TimeSpan? CallTimeout => null;

    [OneTimeSetUp]
    public async Task StartWorldAsync() => World = await OrderWorld.StartAsync(CallTimeout);

    [OneTimeTearDown]
    public async Task StopWorldAsync() => await World.DisposeAsync();

    [TearDown]
    public async Task The_truths_hold_Async()
    {
        World.Teams.Faults.Clear();
        var evidence = new List<Evidence>();
        foreach (var order in World.Orders.Where(order => !over.Contains(order.OrderId)))
        {
            var found = await order.EvidenceAsync();
            evidence.Add(found);
            await ReadModelIsNotBehindAsync(order);
            if (found.IsOver)
            {
                over.Add(order.OrderId);
            }
        }

        OrderTruths.Hold(evidence, World.Teams.Books.Imbalances);
    }

    /// <summary>What customers read is what the workflow knows, once it rests.</summary>
    private static async Task ReadModelIsNotBehindAsync(PlacedOrder order)
    {
        if (order.Stored is { } stored)
        {
            Assert.That(Timeless(stored.View), Is.EqualTo(Timeless(await order.ViewAsync())), $"the stored view of {order.OrderId}");
        }
    }

    private static string Timeless(OrderView view)
    {
        var json = JsonSerializer.SerializeToNode(view, OrderJson.Options)!.AsObject();
        json.Remove("updatedAt");
        return json.ToJsonString(OrderJson.Options);
    }
}
