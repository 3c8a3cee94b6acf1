using System.Net;
using System.Text;
using System.Text.Json;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Api.Reconciliations;
using OrderOrchestration.Api.Settlement;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Tests.Api.Documents;

/// <summary>An answer, by the operation that gave it.</summary>
internal sealed record Answer(string Method, string Path, HttpStatusCode Status, string? MediaType, string Body);

/// <summary>Brings about what the operations declare: each called well, each called wrongly, and with each answer that an order's rules may give.</summary>
internal sealed class DocumentWalk(ApiHost api, FakeOrders orders, FakeFacts facts, OpenApiAnswers documented, string orderId) : IAsyncDisposable
{
    private readonly List<Answer> answers = [];
    private readonly HttpClient[] callers =
        [api.Anonymous, api.Customer("m-1"), api.Customer("m-2"), api.As("seller", "u-1", "s-2"), api.As("operator", "op-1"), api.As("admin", "a-1")];

    private HttpClient Admin => callers[^1];

    public async Task<IReadOnlyList<Answer>> RunAsync()
    {
        orders.OnUpdate = ContractTests.AnyRefundOrExchange;
        foreach (var call in DocumentedCalls.All)
        {
            await CallAsync(call.Method, call.Path, call.Body);
        }

        await PlaceAsync();
        await RejectAsync();
        await EventsAsync();
        await RestAsync();
        await MoneyAsync();
        await RefundsAsync();
        await DeadLettersAsync();
        await ErasuresAsync();
        return answers;
    }

    public ValueTask DisposeAsync()
    {
        Array.ForEach(callers[1..], caller => caller.Dispose());
        return ValueTask.CompletedTask;
    }

    // Well and by everybody; for an order that nobody knows; malformed; as no JSON; and one key for two bodies.
    private async Task CallAsync(string method, string path, string? body)
    {
        foreach (var caller in callers)
        {
            await SendAsync(caller, method, path, body);
        }

        await SendAsync(Admin, method, path, body, orderOf: "o-unknown");
        await SendAsync(Admin, method, path.Contains('{', StringComparison.Ordinal) ? path : path + "?limit=0", body ?? "x", orderOf: "%0A", date: "9999-12-31");
        if (body is not null)
        {
            await SendAsync(callers[1], method, path, "{");
            await SendAsync(Admin, method, path, "{");
            await SendAsync(Admin, method, path, body, mediaType: "text/plain");
            await SendAsync(callers[1], method, path, body, mediaType: "text/plain");
        }

        if (method is "POST" or "PUT" or "DELETE")
        {
            foreach (var caller in callers)
            {
                await SendAsync(caller, method, path, body, key: "k-1");
                await SendAsync(caller, method, path, body is null ? "{}" : body.Replace("}", ",\"x\":1}", StringComparison.Ordinal), key: "k-1");
            }

            await SendAsync(Admin, method, path, body, key: new string('k', 300));
            await SendAsync(callers[1], method, path, body, key: new string('k', 300));
        }
    }

    private async Task PlaceAsync()
    {
        const string body = """{"memberId":"m-1","lines":[{"productId":"p-100","quantity":2}],"shipTo":""" + DocumentedCalls.Address + "}";
        facts.Change = known => known with { Products = [] };
        await SendAsync(callers[1], "POST", "/v1/orders", body, key: Guid.NewGuid().ToString());
        facts.Change = known => known;
        foreach (var caller in callers)
        {
            await SendAsync(caller, "POST", "/v1/orders", body, key: Guid.NewGuid().ToString());
        }

        await SendAsync(callers[1], "POST", "/v1/orders", body);
        await SendAsync(callers[1], "POST", "/v1/orders", "{", key: "k");
        await SendAsync(callers[1], "POST", "/v1/orders", body, key: "k", mediaType: "text/plain");
        facts.Change = _ => null;
        orders.OnPlace = _ => Task.FromResult<OrderView?>(null);
        await SendAsync(callers[1], "POST", "/v1/orders", body, key: Guid.NewGuid().ToString());
        foreach (var slug in new[] { "stock-shortage", "coupon-rejected" })
        {
            orders.OnPlace = _ => throw Rejected(slug);
            await SendAsync(callers[1], "POST", "/v1/orders", body, key: Guid.NewGuid().ToString());
        }
    }

    // Each rejection that an operation declares, as its order would give it.
    private async Task RejectAsync()
    {
        foreach (var call in DocumentedCalls.All.Where(call => call.Path.StartsWith("/v1/orders/{orderId}/", StringComparison.Ordinal) && call.Method != "GET"))
        {
            foreach (var slug in documented.SlugsOf(call.Method, call.Path).Except(DocumentedCalls.OfTheApi))
            {
                orders.UpdateFailure = Rejected(slug);
                await SendAsync(Admin, call.Method, call.Path, call.Body);
            }
        }

        orders.UpdateFailure = null;
    }

    private async Task EventsAsync()
    {
        foreach (var (body, secret) in new[]
        {
            (Event("payment.approved", orderId), ApiHost.PaymentSecret), (Event("payment.approved", orderId), ApiHost.LogisticsSecret),
            (Event("order.cancelled", orderId), ApiHost.PaymentSecret), ("{", ApiHost.PaymentSecret),
        })
        {
            await AddAsync("POST", "/v1/events", await SignedEvents.SendAsync(api.Anonymous, body, secret));
        }

        orders.Unknown["o-unknown"] = true;
        await AddAsync("POST", "/v1/events", await SignedEvents.SendAsync(api.Anonymous, Event("payment.declined", "o-unknown"), ApiHost.PaymentSecret));
        await AddAsync("POST", "/v1/events", await SignedEvents.SendAsync(api.Anonymous, "x", ApiHost.PaymentSecret, "text/plain"));
    }

    private async Task RestAsync()
    {
        await SendAsync(Admin, "POST", "/dev/tokens", """{"sub":"m-1","role":"customer"}""");
        await SendAsync(Admin, "POST", "/dev/tokens", "{}");
        await SendAsync(Admin, "POST", "/dev/tokens", "{}", mediaType: "text/plain");
        await SendAsync(Admin, "GET", "/v1/settlements/{date}", null, date: "2026-01-16");
        await SendAsync(Admin, "GET", "/v1/reconciliations/{day}", null, date: "2026-01-16");
        await SendAsync(Admin, "GET", "/v1/reconciliations/{day}.csv", null, date: "2026-01-16");
        ((FakeReconciliations)api.Service<IReconciliationCommands>()).IsSlow = true;
        await SendAsync(Admin, "POST", "/v1/reconciliations/{day}", null, date: "2026-01-17");
        var cart = await api.Service<ICartStore>().ChangeAsync("m-1", FullCart, default);
        await SendAsync(callers[1], "PUT", "/v1/carts/{cartId}/items/{productId}", """{"quantity":1}""");
        for (var i = 0; i < 101; i++)
        {
            await api.Service<IAddressStore>().AddAsync("m-1", $"a-{i}", new ShippingAddress("Hong", "010", "06236", "1"), default);
        }

        await SendAsync(callers[1], "POST", "/v1/members/{memberId}/addresses", DocumentedCalls.Address);
        Assert.That(cart.Items, Is.Not.Empty);
    }

    // A day with a sale of s-1 is settled and paid out; what waits in it is resolved, or not.
    private async Task MoneyAsync()
    {
        const string day = "2026-01-20";
        var settlements = (FakeSettlements)api.Service<ISettlementCommands>();
        var entry = new SettlementEntry(
            "o-sold/sale/p-100", "o-sold", SettlementEntryKind.Sale, "p-100", "s-1", "food", 1, new Won(20_000), Won.Zero, Won.Zero, 0.1m, new Won(2_000), Moment(day));
        await orders.WriteAsync(Snapshots.Of("o-sold", status: OrderStatus.Completed), [], [entry]);
        await SendAsync(Admin, "POST", "/v1/settlements/{date}", null, date: day);
        foreach (var what in new[] { "", ".csv", "/events" })
        {
            await SendAsync(Admin, "GET", "/v1/sellers/{sellerId}/statements/{day}" + what, null, date: day);
        }

        await SendAsync(Admin, "POST", "/v1/payouts", null);
        var payoutId = (await api.Service<ISettlementQueries>().PayoutsAsync(new PayoutFilter(), default)).Items.Single().PayoutId;
        await SendAsync(Admin, "GET", "/v1/payouts/{payoutId}", null, payoutId: payoutId);
        await SendAsync(Admin, "GET", "/v1/payouts/{payoutId}/events", null, payoutId: payoutId);
        foreach (var failure in new Exception?[] { null, Rejected(RefusalSlugs.NotStuck), Rejected(RefusalSlugs.ActionNotAllowed) })
        {
            settlements.RecoverFailure = _ => failure;
            await SendAsync(Admin, "POST", "/v1/payouts/{payoutId}/recovery", """{"action":"retry"}""", payoutId: payoutId);
            await SendAsync(Admin, "POST", "/v1/settlements/{date}/recovery", """{"action":"retry"}""", date: day);
        }

        settlements.IsSlow = true;
        await SendAsync(Admin, "POST", "/v1/settlements/{date}", null, date: "2026-01-21");
    }

    private async Task RefundsAsync()
    {
        await orders.WriteAsync(
            Snapshots.Of("o-back", status: OrderStatus.Delivered, points: 2_300).WithRefund("r-back", RefundStatus.AwaitingApproval, DateTimeOffset.UnixEpoch) with { Version = 9 });
        orders.OnUpdate = (id, _) => FakeOrders.View(id, "m-1") with
        {
            Refunds = [new RefundView("r-back", new Won(1_000), Won.Zero, RefundStatus.AwaitingPickup, "defective", [], ReturnRequired: true, DateTimeOffset.UnixEpoch)],
        };
        await SendAsync(Admin, "POST", "/v1/refunds/{refundId}/approval", """{"approved":true}""", refundId: "r-back");
        foreach (var slug in documented.SlugsOf("POST", "/v1/refunds/{refundId}/approval").Except(DocumentedCalls.OfTheApi))
        {
            orders.UpdateFailure = Rejected(slug);
            await SendAsync(Admin, "POST", "/v1/refunds/{refundId}/approval", """{"approved":true}""", refundId: "r-back");
        }

        orders.UpdateFailure = null;
        await SendAsync(Admin, "POST", "/v1/refunds/{refundId}/approval", """{"approved":true}""", refundId: "r-back", key: "k-approval");
        await SendAsync(Admin, "POST", "/v1/refunds/{refundId}/approval", """{"approved":false}""", refundId: "r-back", key: "k-approval");
    }

    private async Task DeadLettersAsync()
    {
        var queues = api.Service<ISubscriberQueues>();
        await queues.RegisterAsync("crm", default);
        foreach (var (method, path) in new[] { ("POST", "/v1/dead-letters/{subscriber}/{orderId}/redelivery"), ("DELETE", "/v1/dead-letters/{subscriber}/{orderId}") })
        {
            var dead = "o-dead-" + method;
            await orders.WriteAsync(Snapshots.Of(dead), FakeOrders.Event(dead, "order.placed"));
            await queues.FollowAsync("crm", _ => true, 1_000, default);
            foreach (var queue in (await queues.ClaimAsync("crm", "worker", 1_000, TimeSpan.FromMinutes(2), default)).Where(queue => queue.OrderId == dead))
            {
                await queues.MoveToDeadLettersAsync(queue, queue.Last, "answered 410", default);
            }

            await SendAsync(Admin, method, path, null, orderOf: dead, subscriber: "crm");
        }
    }

    private async Task ErasuresAsync()
    {
        await SendAsync(Admin, "DELETE", "/v1/members/{memberId}/personal-data", null, memberId: "m-leaving");
        await orders.WriteAsync(Snapshots.Of("o-guests", memberId: null, OrderStatus.Cancelled, DateTimeOffset.UnixEpoch));
        await SendAsync(Admin, "DELETE", "/v1/orders/{orderId}/personal-data", null, orderOf: "o-guests");
    }

    private static DateTimeOffset Moment(string day) => DateTimeOffset.Parse(day + "T12:00:00+09:00", System.Globalization.CultureInfo.InvariantCulture);

    private static Cart FullCart(Cart cart) => Enumerable.Range(0, 30).Aggregate(cart, (full, i) => full.With($"p-full-{i}", 1, DateTimeOffset.UtcNow));

    private static OrderRefusedException Rejected(string slug) => new(slug, "No.", JsonSerializer.SerializeToElement(new { why = "a rule" }));

    private static string Event(string type, string subject) => JsonSerializer.Serialize(new
    {
        specversion = "1.0",
        id = Guid.NewGuid().ToString(),
        source = "/teams/payment",
        type,
        subject,
        time = "2026-05-01T09:00:00+09:00",
        data = new { orderId = subject, paymentId = "pay-1", attempt = 1, amount = 23_000 },
    });

    private async Task SendAsync(
        HttpClient client, string method, string path, string? body, string? key = null, string mediaType = "application/json", string? orderOf = null, string date = "2026-01-15",
        string? memberId = null, string? refundId = null, string? payoutId = null, string? subscriber = null)
    {
        var address = path.Replace("{orderId}", orderOf ?? orderId, StringComparison.Ordinal)
            .Replace("{memberId}", memberId ?? (orderOf == "%0A" ? orderOf : "m-1"), StringComparison.Ordinal)
            .Replace("{cartId}", orderOf == "%0A" ? "%0A" : "m-1", StringComparison.Ordinal)
            .Replace("{productId}", orderOf == "%0A" ? orderOf : "p-100", StringComparison.Ordinal)
            .Replace("{sellerId}", orderOf == "%0A" ? orderOf : "s-1", StringComparison.Ordinal)
            .Replace("{refundId}", refundId ?? (orderOf == "%0A" ? orderOf : "r-unknown"), StringComparison.Ordinal)
            .Replace("{payoutId}", payoutId ?? (orderOf == "%0A" ? orderOf : "po-unknown"), StringComparison.Ordinal)
            .Replace("{subscriber}", subscriber ?? (orderOf == "%0A" ? orderOf : "nobody"), StringComparison.Ordinal)
            .Replace("{date}", date, StringComparison.Ordinal)
            .Replace("{day}", date, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address, UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, mediaType);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        await AddAsync(method, path.Split('?')[0], await client.SendAsync(request));
    }

    private async Task AddAsync(string method, string path, HttpResponseMessage response)
    {
        using (response)
        {
            answers.Add(new Answer(method, path, response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync()));
        }
    }
}
