using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Api.Events;

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
    public async Task A_long_timeline_comes_in_pages_that_miss_nothing_and_repeat_nothing()
    {
        var orderId = await PlaceAsync();
        var version = 2;
        foreach (var type in new[] { "order.payment-requested", "payment.approved", "order.payment-confirmed", "order.stock-committed" })
        {
            await HappenAsync(orderId, version++, type);
        }

        using var customer = Api.Customer();
        var pages = new List<string[]>();
        var next = $"/v1/orders/{orderId}/events?limit=2";
        while (next is not null)
        {
            var page = await customer.GetAsync(new Uri(next, UriKind.Relative)).JsonAsync();
            pages.Add([.. page.GetProperty("items").EnumerateArray().Select(e => e.Text("id"))]);
            next = page.TryGetProperty("nextCursor", out var cursor) && cursor.GetString() is { } after
                ? $"/v1/orders/{orderId}/events?limit=2&cursor={after}"
                : null;
        }

        Assert.That(pages.Select(page => page.Length), Is.EqualTo(new[] { 2, 2, 1 }));
        Assert.That(pages.SelectMany(page => page), Is.Unique);
    }

    [TestCase("limit=0", "limit")]
    [TestCase("limit=1001", "limit")]
    [TestCase("cursor=nowhere", "cursor")]
    public async Task A_page_that_cannot_be_asked_for_is_400_and_names_what_is_wrong(string query, string field)
    {
        var orderId = await PlaceAsync();
        using var customer = Api.Customer();
        using var response = await customer.GetAsync(new Uri($"/v1/orders/{orderId}/events?{query}", UriKind.Relative));

        Assert.That(await response.SlugAsync(), Is.EqualTo("malformed-request"));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain($"\"{field}\""));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_stream_sends_past_events_and_then_new_ones(CancellationToken cancellationToken)
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

            // The next event is written only once the one before it was received, so the stream cannot have read them all at its start.
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
    public async Task Each_of_many_streams_sends_the_events_of_its_own_order(CancellationToken cancellationToken)
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

    [Test]
    [CancelAfter(120_000)]
    public async Task A_stream_of_thousands_of_events_comes_page_by_page_in_order_and_is_resumed_in_the_middle(CancellationToken cancellationToken)
    {
        const int many = 5_000;
        const int page = 200;
        WatchedEvents watched = null!;
        await using var api = await ApiHost.StartAsync(services =>
        {
            Fake(services);
            var own = services.Last(service => service.ServiceType == typeof(IOrderEvents)).ImplementationType!;
            services.AddSingleton<IOrderEvents>(provider => watched = new WatchedEvents((IOrderEvents)ActivatorUtilities.CreateInstance(provider, own)));
        });
        var orders = (FakeOrders)api.Service<OrderOrchestration.Api.Temporal.IOrderCommands>();
        var told = Enumerable.Range(1, many).Select(i => FakeOrders.Event("o-1", "order.confirmed", i)).ToArray();
        await orders.WriteAsync(Snapshots.Of("o-1", "m-1"), told);
        using var customer = api.Customer();

        var all = await TakeAsync(customer, null, many, cancellationToken);
        Assert.That(all, Is.EqualTo(told.Select(one => one.Id)));
        Assert.That(watched.Pages, Has.All.Property(nameof(Page.Limit)).EqualTo(page), "no more of them is in memory at a time");
        Assert.That(watched.Pages.Take(many / page).Select(read => read.Count), Has.All.EqualTo(page));
        Assert.That(watched.Pages.Take(many / page).Select(read => read.After), Is.Ordered.And.Unique, "each is read once");

        watched.Pages.Clear();
        var rest = await TakeAsync(customer, all[2_999], many - 3_000, cancellationToken);
        Assert.That(rest, Is.EqualTo(all.Skip(3_000)));
        Assert.That(watched.Pages.Sum(read => read.Count), Is.EqualTo(many - 3_000), "what was seen is not read again");
    }

    private static async Task<List<string>> TakeAsync(HttpClient client, string? lastEventId, int count, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        await foreach (var (id, _) in EventStream.ReadAsync(client, "/v1/orders/o-1/events", lastEventId, cancellationToken))
        {
            ids.Add(id);
            if (ids.Count == count)
            {
                break;
            }
        }

        return ids;
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

        throw new InvalidOperationException("The stream sent nothing.");
    }

    /// <summary>A page as it was read.</summary>
    private sealed record Page(long After, int Limit, int Count);

    private sealed class WatchedEvents(IOrderEvents events) : IOrderEvents
    {
        public ConcurrentQueue<Page> Pages { get; } = [];

        public async Task<IReadOnlyList<StoredEvent>> PageAsync(string orderId, long after, int limit, CancellationToken cancellationToken)
        {
            var page = await events.PageAsync(orderId, after, limit, cancellationToken);
            Pages.Enqueue(new Page(after, limit, page.Count));
            return page;
        }

        public Task<long?> PositionOfAsync(string orderId, string eventId, CancellationToken cancellationToken) => events.PositionOfAsync(orderId, eventId, cancellationToken);
    }

    private Task HappenAsync(string orderId, int version, string type) => Orders.WriteAsync(
        Snapshots.Of(orderId, status: OrderStatus.AwaitingPayment, version: version), FakeOrders.Event(orderId, type));
}
