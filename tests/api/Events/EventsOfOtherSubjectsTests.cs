using System.Net;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Api.Events;

/// <summary>Events about a member or a product, which concern orders without naming them.</summary>
public sealed class EventsOfOtherSubjectsTests : EventsApi
{
    [Test]
    public async Task An_event_of_a_member_is_recorded_on_its_latest_order_and_enters_no_workflow()
    {
        await PlaceAsync("m-7");
        var latest = await PlaceAsync("m-7");
        using var open = await SendAsync(Event("e-1", "m-7", "member.tier-changed", "member"), ApiHost.MemberSecret);
        using var closed = await SendAsync(Event("e-2", "m-7", "member.mileage-accrued", "member"), ApiHost.MemberSecret);
        using var nobodys = await SendAsync(Event("e-3", "m-8", "member.mileage-accrued", "member"), ApiHost.MemberSecret);

        Assert.That(new[] { open.StatusCode, closed.StatusCode, nobodys.StatusCode }, Has.All.EqualTo(HttpStatusCode.Accepted));
        Assert.That(Orders.Signals, Is.Empty);
        var recorded = (await Api.Service<IOrderQueries>().EventsOfAsync(latest, 0, default))[^1].Event;
        Assert.That((recorded.Id, recorded.Source), Is.EqualTo(("e-2", "/teams/member")));
        Assert.That(recorded.Data.TryGetProperty("ignored", out _), Is.False);
    }

    [Test]
    public async Task An_event_of_a_product_reaches_the_unpaid_orders_that_contain_it()
    {
        var orderId = await PlaceAsync();
        using var response = await SendAsync(Event("e-1", "p-100", "product.sale-stopped", "product"), ApiHost.ProductSecret);
        using var other = await SendAsync(Event("e-2", "p-999", "product.sale-stopped", "product"), ApiHost.ProductSecret);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(() => Orders.Signals.Select(signal => (signal.OrderId, signal.Event.Id)), Is.EqualTo(new[] { (orderId, "e-1") }).After(10_000, 50));
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), "it concerns no order of ours");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Hotspot_8_a_stopped_sale_is_answered_at_once_and_reaches_every_unpaid_order_in_the_background(CancellationToken cancellationToken)
    {
        // Two steps of 200 and one more; an order of the second step cannot be reached at first.
        var orders = Enumerable.Range(0, 450).Select(i => $"o-{i:000}").ToList();
        foreach (var orderId in orders)
        {
            await Orders.WriteAsync(Snapshots.Of(orderId, status: OrderStatus.AwaitingPayment));
        }

        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Orders.BeforeSignal = gate.Task;
        Orders.Away[orders[300]] = true;
        using var response = await SendAsync(Event("e-1", "p-100", "product.sale-stopped", "product"), ApiHost.ProductSecret);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), "nobody waits for 450 orders");
        Assert.That(Orders.Signals, Is.Empty);

        gate.SetResult();
        Assert.That(() => Orders.Signals.Count(signal => string.CompareOrdinal(signal.OrderId, orders[200]) < 0), Is.EqualTo(200).After(30_000, 50));
        Orders.Away.Clear();
        Assert.That(() => Orders.Signals.Select(signal => signal.OrderId).Distinct().Count(), Is.EqualTo(orders.Count).After(60_000, 50));
        Assert.That(Orders.Signals.Select(signal => signal.Event.Id).Distinct(), Is.EqualTo(new[] { "e-1" }));
        Assert.That(Orders.Signals.Take(200).Select(signal => signal.OrderId), Is.EquivalentTo(orders.Take(200)), "page by page");
        Assert.That(
            Orders.Signals.Where(signal => string.CompareOrdinal(signal.OrderId, orders[200]) < 0).Select(signal => signal.OrderId), Is.Unique,
            "it went on where it had stopped");
    }
}
