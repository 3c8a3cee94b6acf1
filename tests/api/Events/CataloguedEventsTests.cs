using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Api.Events;

/// <summary><c>GET /v1/event-types</c> does not drift: every published event has the fields that it names.</summary>
public sealed class CataloguedEventsTests
{
    private WholeSystem system = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => system = await WholeSystem.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await system.DisposeAsync();

    [Test]
    [CancelAfter(120_000)]
    public async Task Every_event_of_the_feed_has_the_fields_that_the_catalogue_names_and_the_shape_that_asyncapi_says(CancellationToken cancellationToken)
    {
        using var member = system.Api.Customer("m-2");
        await member.PostAsync(
            "/v1/members/m-2/addresses", new { recipient = "Lee", phone = "010-0000-0000", postalCode = "06236", address1 = "Teheran-ro 1" }, Key(), cancellationToken);
        await PutAsync(member, "/v1/carts/m-2/items/p-100", 1);
        await PutAsync(member, "/v1/carts/m-2/items/p-100", 2);
        await PutAsync(member, "/v1/carts/m-2/items/p-101", 1);
        using (await member.DeleteAsync(new Uri("/v1/carts/m-2/items/p-101", UriKind.Relative), cancellationToken))
        {
        }

        var confirmedOrder = await PlaceAsync(member, new { memberId = "m-2", cartId = "m-2", couponCode = "WELCOME10", points = 1_000 }, cancellationToken);
        await system.UntilAsync(member, confirmedOrder, "order.delivered", cancellationToken);
        using var confirmed = await member.PostAsync($"/v1/orders/{confirmedOrder}/confirmation", null, null, cancellationToken);
        await system.UntilAsync(member, confirmedOrder, "member.purchase-recorded", cancellationToken);

        var declined = await PlaceAsync(member, Simple("card-limit-exceeded"), cancellationToken);
        await system.UntilAsync(member, declined, "payment.declined", cancellationToken);
        var open = await PlaceAsync(member, Simple("card-no-answer"), cancellationToken);
        using var closed = await member.DeleteAsync(new Uri($"/v1/orders/{open}/payments/current", UriKind.Relative), cancellationToken);
        await CancelAsync(member, open, cancellationToken);
        await CancelAsync(member, declined, cancellationToken);
        await system.UntilAsync(member, open, "order.cancelled", cancellationToken);

        var feed = await system.Api.Service<IOrderQueries>().FeedAsync(FeedPosition.Start, 1_000, cancellationToken);
        var events = feed.Select(stored => JsonSerializer.SerializeToElement(CloudEventView.Of(stored.Event), OrderJson.Options)).ToList();
        Assert.Multiple(() => events.ForEach(Catalogued.Check));
        var schemas = JsonNode.Parse(await system.Api.Anonymous.GetStringAsync(new Uri("/asyncapi/v1.json", UriKind.Relative), cancellationToken))!["components"]!["schemas"]!;
        foreach (var published in events)
        {
            var result = JsonSchema.FromText(schemas[published.Text("type")]!.ToJsonString()).Evaluate(published, new EvaluationOptions { OutputFormat = OutputFormat.List });
            Assert.That(result.IsValid, Is.True, () => $"{published} is not as AsyncAPI says: {JsonSerializer.Serialize(result)}");
        }

        Assert.That(
            events.Select(published => published.Text("type")).Distinct(),
            Is.SupersetOf(new[]
            {
                "cart.item-added", "cart.item-quantity-changed", "cart.item-removed", "order.shipping-address-added", "order.coupon-applied",
                "order.tier-benefit-applied", "order.completed", "order.points-accrual-requested", "order.payment-cancelled", "order.cancelled",
            }));
    }

    private static object Simple(string method) => new
    {
        memberId = "m-2",
        lines = new[] { new { productId = "p-101", quantity = 2 } },
        payment = new { method },
        deliveryNote = "at the door",
    };

    private static string Key() => Guid.NewGuid().ToString();

    private static async Task PutAsync(HttpClient client, string path, int quantity)
    {
        using var response = await client.PutAsJsonAsync(path, new { quantity });
        response.EnsureSuccessStatusCode();
    }

    private static async Task<string> PlaceAsync(HttpClient client, object request, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToNode(request)!.AsObject();
        body["shipTo"] = JsonSerializer.SerializeToNode(new { recipient = "Lee", phone = "010-0000-0000", postalCode = "06236", address1 = "Teheran-ro 1" });
        body["payment"] ??= JsonSerializer.SerializeToNode(new { method = "card" });
        using var response = await client.PostAsync("/v1/orders", body, Key(), cancellationToken);
        Assert.That(response.IsSuccessStatusCode, Is.True, await response.Content.ReadAsStringAsync(cancellationToken));
        return (await response.JsonAsync()).Text("orderId");
    }

    private static async Task CancelAsync(HttpClient client, string orderId, CancellationToken cancellationToken)
    {
        using var response = await client.PostAsync($"/v1/orders/{orderId}/cancellation", new { reason = "no more" }, Key(), cancellationToken);
        Assert.That(response.IsSuccessStatusCode, Is.True, await response.Content.ReadAsStringAsync(cancellationToken));
    }
}
