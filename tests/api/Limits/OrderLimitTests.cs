using System.Net;
using OrderOrchestration.Api.Temporal;

namespace OrderOrchestration.Tests.Api.Limits;

/// <summary>An order takes a bounded number of commands, long before Temporal's own limits (2,000 updates of a run, 10 in flight).</summary>
public sealed class OrderLimitTests : FakedApi
{
    private const int AtATime = 5;

    private static readonly object Address = new { recipient = "Hong", phone = "010-0000-0000", postalCode = "06236", address1 = "Teheran-ro 1" };

    [Test]
    public async Task One_command_too_many_of_a_kind_is_429_and_other_kinds_orders_and_callers_are_not_touched()
    {
        await using var api = await ApiHost.StartAsync(Fake, settings: [new("RateLimits:Order", "3")]);
        using var customer = api.Customer();
        using var staff = api.As("operator", "op-1");
        var (orderId, other) = (await PlaceAsync(customer), await PlaceAsync(customer));
        for (var i = 0; i < 3; i++)
        {
            using var taken = await ChangeAddressAsync(customer, orderId, "k-" + i);
            Assert.That(taken.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }

        using var refused = await ChangeAddressAsync(customer, orderId, "k-3");
        using var repeated = await ChangeAddressAsync(customer, orderId, "k-0");
        using var anotherKind = await customer.PostAsync($"/v1/orders/{orderId}/cancellation", new { reason = "no" });
        using var anotherOrder = await ChangeAddressAsync(customer, other, "k-3");
        using var anotherCaller = await ChangeAddressAsync(staff, orderId, "k-3");

        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(refused.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromMinutes(20)).Within(TimeSpan.FromMinutes(1)), "three an hour");
        Assert.That(await refused.SlugAsync(), Is.EqualTo("too-many-requests"));
        Assert.That((await refused.JsonAsync()).Text("detail"), Does.StartWith("The order has had more requests of this kind"));
        Assert.That(repeated.StatusCode, Is.EqualTo(HttpStatusCode.OK), "what was answered under a key is answered again");
        Assert.That(new[] { anotherKind.StatusCode, anotherOrder.StatusCode, anotherCaller.StatusCode }, Has.All.EqualTo(HttpStatusCode.OK));
        var orders = (FakeOrders)api.Service<IOrderCommands>();
        Assert.That(orders.Updates.Count(sent => sent.OrderId == orderId && sent.Update == "change-address"), Is.EqualTo(4));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Commands_that_come_at_once_take_turns_and_what_waits_for_long_is_429_and_not_done(CancellationToken cancellationToken)
    {
        const int sent = 40;
        var orderId = await PlaceAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Orders.BeforeUpdate = gate.Task;
        var staff = Api.As("operator", "op-1");
        var pending = Enumerable.Range(0, sent).Select(i => ChangeAddressAsync(staff, orderId, $"k-{i}", cancellationToken)).ToList();

        // The first commands hold their turns, and the others are answered in the meantime.
        while (pending.Count(answer => answer.IsCompleted) < sent - AtATime)
        {
            await Task.WhenAny(pending.Where(answer => !answer.IsCompleted)).WaitAsync(cancellationToken);
        }

        Assert.That(Orders.Updates, Has.Count.EqualTo(AtATime), "ten is what Temporal takes");
        gate.SetResult();
        var answers = await Task.WhenAll(pending);

        Assert.That(answers.Count(answer => answer.StatusCode == HttpStatusCode.OK), Is.EqualTo(AtATime));
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
        {
            Assert.That(refused.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
            Assert.That(await refused.SlugAsync(), Is.EqualTo("too-many-requests"));
        }

        Assert.That(Orders.Updates, Has.Count.EqualTo(AtATime), "what was refused is not done later");
        using var again = await ChangeAddressAsync(staff, orderId, "k-39", cancellationToken);
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.OK), "a refusal is not stored under its key");
        Array.ForEach(answers, answer => answer.Dispose());
        staff.Dispose();
    }

    [Test]
    public async Task Where_other_processes_have_filled_what_temporal_takes_it_is_429_too()
    {
        var orderId = await PlaceAsync();
        Orders.UpdateFailure = new OrderBusyException(orderId, new InvalidOperationException("ten in flight"));
        using var customer = Api.Customer();
        using var busy = await ChangeAddressAsync(customer, orderId, "k-1");
        Orders.UpdateFailure = null;
        using var again = await ChangeAddressAsync(customer, orderId, "k-1");

        Assert.That(busy.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(busy.Headers.RetryAfter, Is.Not.Null);
        Assert.That(await busy.SlugAsync(), Is.EqualTo("too-many-requests"));
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private static async Task<string> PlaceAsync(HttpClient customer)
    {
        using var placed = await customer.PostAsync("/v1/orders", OrderBody(), Guid.NewGuid().ToString());
        return (await placed.JsonAsync()).Text("orderId");
    }

    private static async Task<HttpResponseMessage> ChangeAddressAsync(HttpClient client, string orderId, string key, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri($"/v1/orders/{orderId}/shipping-address", UriKind.Relative))
        {
            Content = System.Net.Http.Json.JsonContent.Create(Address),
        };
        request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request, cancellationToken);
    }
}
