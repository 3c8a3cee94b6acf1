using System.Text.Json;
using OrderOrchestration.Partners.Accounting;
using OrderOrchestration.Tests.Invariants;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Host;

/// <summary>The whole host is killed with orders in flight, twice: the next start goes on with every one of them, and nothing has happened twice.</summary>
public sealed class KilledHostTests
{
    private static readonly string[] Products = ["p-100", "p-101", "p-202"];

    private const int Orders = 12;

    // One member places and reads all orders at once, and a stream counts against its limit until the host notices that its reader has left.
    private static readonly (string Name, string Value)[] Limits = [("OrderPolicies__MaxUnpaidOrders", "20"), ("Api__MaxStreamsPerCaller", "100")];

    [Test]
    [CancelAfter(180_000)]
    public async Task A_host_killed_twice_with_a_dozen_orders_in_flight_brings_all_of_them_to_their_end()
    {
        var directory = Directory.CreateTempSubdirectory("orders-killed-");
        try
        {
            var orderIds = new List<string>();
            await using (var first = HostProcess.Start(directory.FullName, Limits))
            {
                await first.SpeakAsAsync("m-1");
                orderIds.AddRange(await Task.WhenAll(Enumerable.Range(0, Orders).Select(i => PlaceAsync(first, i))));
                await first.EventAsync(orderIds[^1], "payment.approved");
                await first.KillAsync();
            }

            await using (var second = HostProcess.Start(directory.FullName, Limits))
            {
                await second.SpeakAsAsync("m-1");
                await second.EventAsync(orderIds[0], "logistics.shipping-started");
                await second.KillAsync();
            }

            await using var third = HostProcess.Start(directory.FullName, Limits);
            await third.SpeakAsAsync("m-1");
            await Task.WhenAll(orderIds.Select(orderId => KeepAsync(third, orderId)));
            await InvariantsHoldAsync(third, orderIds);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<string> PlaceAsync(HostProcess host, int number)
    {
        var order = await host.PostAsync("/v1/orders", new
        {
            memberId = "m-1",
            lines = new[] { new { productId = Products[number % Products.Length], quantity = 2 } },
            shipTo = new { recipient = "김주문", phone = "010-1234-5678", postalCode = "06236", address1 = "서울 강남구 테헤란로 1" },
            points = 1_000,
            couponCode = "EVERY3",
            payment = new { method = "card" },
        });
        return order.GetProperty("orderId").GetString()!;
    }

    private static async Task KeepAsync(HostProcess host, string orderId)
    {
        await host.EventAsync(orderId, "order.delivered");
        await host.PostAsync($"/v1/orders/{orderId}/confirmation", new { });
        await host.EventAsync(orderId, "member.purchase-recorded");
    }

    private static async Task InvariantsHoldAsync(HostProcess host, IEnumerable<string> orderIds)
    {
        var observed = new List<ObservedOrder>();
        IReadOnlyList<string> imbalances = [];
        foreach (var orderId in orderIds)
        {
            var view = (await host.OrderAsync(orderId)).Deserialize<OrderView>(OrderJson.Options)!;
            var books = (await host.BooksAsync(orderId)).Deserialize<Books>(OrderJson.Options)!;
            Assert.That(view.Status, Is.EqualTo(OrderStatus.Completed));
            observed.Add(new ObservedOrder(orderId, view, await host.EventsAsync(orderId), books.Order(orderId), books.Notifications, IsOver: true));
            imbalances = books.Imbalances;
        }

        OrderInvariants.Hold(observed, imbalances);
    }
}
