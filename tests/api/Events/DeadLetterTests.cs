using System.Net;
using OrderOrchestration.Activities.Store.Outbox;

namespace OrderOrchestration.Tests.Api.Events;

public sealed class DeadLetterTests : FakedApi
{
    [Test]
    public async Task An_operator_lists_dead_letters_and_redelivers_or_discards_them()
    {
        var first = await DeadAsync();
        var second = await DeadAsync();
        using var staff = Api.As("operator", "op-1");
        var states = await GetAsync(staff, "/v1/subscribers");
        var list = await GetAsync(staff, "/v1/dead-letters?subscriber=crm&limit=1");
        var rest = await GetAsync(staff, "/v1/dead-letters?cursor=" + list.Text("nextCursor"));
        using var again = await staff.PostAsync($"/v1/dead-letters/crm/{first}/redelivery", body: null);
        using var discarded = await staff.DeleteAsync(new Uri($"/v1/dead-letters/crm/{second}", UriKind.Relative));
        using var unknown = await staff.PostAsync($"/v1/dead-letters/crm/{first}/redelivery", body: null);
        using var all = await staff.PostAsync("/v1/subscribers/crm/redelivery", body: null);

        Assert.That(states.GetProperty("items")[0].Text("name"), Is.EqualTo("crm"));
        Assert.That(states.GetProperty("items")[0].GetProperty("dead").GetInt64(), Is.EqualTo(2));
        Assert.That(list.GetProperty("items")[0].Text("orderId"), Is.EqualTo(first));
        Assert.That(list.GetProperty("items")[0].Text("error"), Is.EqualTo("answered 410"));
        Assert.That(rest.GetProperty("items")[0].Text("orderId"), Is.EqualTo(second));
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(discarded.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await all.JsonAsync()).GetProperty("redelivered").GetInt32(), Is.Zero);
    }

    [TestCase("GET", "/v1/subscribers")]
    [TestCase("POST", "/v1/subscribers/crm/redelivery")]
    [TestCase("GET", "/v1/dead-letters")]
    [TestCase("POST", "/v1/dead-letters/crm/o-1/redelivery")]
    [TestCase("DELETE", "/v1/dead-letters/crm/o-1")]
    public async Task Dead_letters_are_for_staff_only(string method, string path)
    {
        using var customer = Api.Customer();
        using var theirs = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        using var nobodys = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        using var forbidden = await customer.SendAsync(theirs);
        using var anonymous = await Api.Anonymous.SendAsync(nobodys);

        Assert.That(forbidden.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(anonymous.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCase("limit=0", "limit")]
    [TestCase("cursor=%21", "cursor")]
    public async Task A_bad_parameter_is_400_and_named(string query, string field)
    {
        using var staff = Api.As("operator", "op-1");
        using var response = await staff.GetAsync(new Uri("/v1/dead-letters?" + query, UriKind.Relative));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await response.JsonAsync()).GetProperty("errors").TryGetProperty(field, out _), Is.True);
    }

    private static Task<System.Text.Json.JsonElement> GetAsync(HttpClient client, string path) => client.GetAsync(new Uri(path, UriKind.Relative)).JsonAsync();

    private async Task<string> DeadAsync()
    {
        var queues = Api.Service<ISubscriberQueues>();
        await queues.RegisterAsync("crm", default);
        var orderId = "o-" + Guid.NewGuid();
        await Orders.WriteAsync(Snapshots.Of(orderId), FakeOrders.Event(orderId, "order.placed"));
        await queues.FollowAsync("crm", _ => true, 10, default);
        var queue = (await queues.ClaimAsync("crm", "worker", 1, TimeSpan.FromMinutes(2), default)).Single();
        await queues.MoveToDeadLettersAsync(queue, queue.Last, "answered 410", default);
        return orderId;
    }
}
