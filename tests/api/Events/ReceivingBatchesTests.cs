using System.Globalization;
using System.Net;

namespace OrderOrchestration.Tests.Api.Events;

/// <summary>Several events in one request: valid as a whole, delivered one by one.</summary>
public sealed class ReceivingBatchesTests : EventsApi
{
    [Test]
    public async Task Events_of_one_order_in_a_batch_are_received_in_their_order()
    {
        var body = $"[{Event("e-1", "o-1")},{Event("e-2", "o-2")},{Event("e-3", "o-1")}]";
        using var response = await SendAsync(body, contentType: "application/cloudevents-batch+json");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(Orders.Signals.Where(signal => signal.OrderId == "o-1").Select(signal => signal.Event.Id), Is.EqualTo(new[] { "e-1", "e-3" }));
        Assert.That(Orders.Signals.Single(signal => signal.OrderId == "o-2").Event.Id, Is.EqualTo("e-2"));
    }

    [Test]
    public async Task A_batch_whose_team_may_not_send_one_of_its_events_is_refused_whole()
    {
        using var response = await SendAsync(
            $"[{Event("e-1", "o-1")},{Event("e-2", "o-1", "order.cancelled")}]", contentType: "application/cloudevents-batch+json");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(Orders.Signals, Is.Empty);
    }

    [Test]
    public async Task A_batch_of_1000_events_is_received_once_in_the_order_of_each_subject()
    {
        var body = $"[{string.Join(',', Enumerable.Range(0, 1_000).Select(i => Event($"e-{i}", $"o-{i % 100}")))}]";
        for (var time = 0; time < 2; time++)
        {
            using var response = await SendAsync(body, contentType: "application/cloudevents-batch+json");
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), await response.Content.ReadAsStringAsync());
            Assert.That(Orders.Signals, Has.Count.EqualTo(1_000), "each is received once");
        }

        foreach (var order in Orders.Signals.GroupBy(signal => signal.OrderId))
        {
            Assert.That(order.Select(signal => int.Parse(signal.Event.Id.Split('-')[1], CultureInfo.InvariantCulture)), Is.Ordered);
        }
    }

    [Test]
    public async Task Of_a_batch_what_cannot_be_delivered_is_sent_again_and_the_rest_is_not_repeated()
    {
        Orders.Away["o-1"] = true;
        var body = $"[{Event("e-1", "o-1")},{Event("e-2", "o-2")}]";
        using var failed = await SendAsync(body, contentType: "application/cloudevents-batch+json");
        Orders.Away.Clear();
        using var again = await SendAsync(body, contentType: "application/cloudevents-batch+json");

        Assert.That(failed.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(Orders.Signals.Select(signal => signal.Event.Id), Is.EqualTo(new[] { "e-2", "e-1" }));
    }

    [Test]
    public async Task An_unknown_order_is_404_while_the_others_of_a_batch_are_received()
    {
        Orders.Unknown["o-unknown"] = true;
        using var response = await SendAsync($"[{Event("e-1", "o-unknown")},{Event("e-2", "o-1")}]", contentType: "application/cloudevents-batch+json");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await response.JsonAsync()).GetProperty("unknown")[0].GetString(), Is.EqualTo("o-unknown"));
        Assert.That(Orders.Signals, Has.Count.EqualTo(1));
    }
}
