using System.Text.Json;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Api;

public sealed class TimelineTests : FakedApi
{
    [Test]
    public async Task The_timeline_is_a_list_of_cloudevents_oldest_first()
    {
        var orderId = await PlaceAsync();
        await HappenAsync(orderId, 2, "order.payment-requested");
        using var customer = Api.Customer();
        var list = await customer.GetAsync(new Uri($"/v1/orders/{orderId}/events", UriKind.Relative)).JsonAsync();

        var events = list.GetProperty("items").EnumerateArray().ToList();
        Assert.That(events.Select(e => e.Text("type")), Is.EqualTo(new[] { "order.placed", "order.payment-requested" }));
        Assert.That(events[0].Text("specversion"), Is.EqualTo("1.0"));
        Assert.That(events[0].Text("subject"), Is.EqualTo(orderId));
        Assert.That(events[0].Text("source"), Is.EqualTo("/teams/order"));
        Assert.That(events[0].GetProperty("data").Text("orderId"), Is.EqualTo(orderId));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_stream_tells_what_was_and_then_what_happens(CancellationToken cancellationToken)
    {
        var orderId = await PlaceAsync();
        using var customer = Api.Customer();
        var types = new List<string>();
        await foreach (var (id, data) in EventStream.ReadAsync(customer, $"/v1/orders/{orderId}/events", null, cancellationToken))
        {
            Assert.That(id, Is.EqualTo(data.Text("id")));
            types.Add(data.Text("type"));
            if (types.Count == 3)
            {
                break;
            }

            // The next one happens only once the one before it was received: the stream cannot have read them all at its start.
            await HappenAsync(orderId, types.Count + 1, types.Count == 1 ? "order.payment-requested" : "payment.approved");
        }

        Assert.That(types, Is.EqualTo(new[] { "order.placed", "order.payment-requested", "payment.approved" }));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_stream_is_resumed_after_the_last_event_that_was_seen(CancellationToken cancellationToken)
    {
        var orderId = await PlaceAsync();
        await HappenAsync(orderId, 2, "order.payment-requested");
        await HappenAsync(orderId, 3, "payment.approved");
        using var customer = Api.Customer();
        var first = await FirstAsync(customer, orderId, null, cancellationToken);
        var second = await FirstAsync(customer, orderId, first.Id, cancellationToken);
        var unknown = await FirstAsync(customer, orderId, "never-was", cancellationToken);

        Assert.That(second.Data.Text("type"), Is.EqualTo("order.payment-requested"));
        Assert.That(unknown.Id, Is.EqualTo(first.Id), "who names an unknown event starts over: twice is better than never");
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Many_streams_of_several_orders_each_tell_their_own(CancellationToken cancellationToken)
    {
        var orders = new[] { await PlaceAsync(), await PlaceAsync() };
        var customer = Api.Customer();
        var streams = Enumerable.Range(0, 6).Select(i => LastAsync(customer, orders[i % 2], cancellationToken)).ToList();
        await HappenAsync(orders[0], 2, "order.delivered");
        await HappenAsync(orders[1], 2, "order.delivered");

        var told = await Task.WhenAll(streams);
        customer.Dispose();
        Assert.That(told, Is.EqualTo(Enumerable.Range(0, 6).Select(i => orders[i % 2])));
    }

    private static async Task<string> LastAsync(HttpClient client, string orderId, CancellationToken cancellationToken)
    {
        await foreach (var (_, data) in EventStream.ReadAsync(client, $"/v1/orders/{orderId}/events", null, cancellationToken))
        {
            if (data.Text("type") == "order.delivered")
            {
                return data.Text("subject");
            }
        }

        return "";
    }

    private static async Task<(string Id, JsonElement Data)> FirstAsync(
        HttpClient client, string orderId, string? lastEventId, CancellationToken cancellationToken)
    {
        await foreach (var next in EventStream.ReadAsync(client, $"/v1/orders/{orderId}/events", lastEventId, cancellationToken))
        {
            return next;
        }

        throw new InvalidOperationException("The stream told nothing.");
    }

    private Task HappenAsync(string orderId, int version, string type) => Api.Service<IOrderStore>().WriteAsync(
        new OrderRecord(FakeOrders.View(orderId, "m-1"), version, [FakeOrders.Event(orderId, type)], []), CancellationToken.None);
}
