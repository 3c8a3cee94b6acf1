using System.Net;
using System.Net.Http.Headers;

namespace OrderOrchestration.Tests.Api.Limits;

/// <summary>Too many requests, too many streams, and what every answer carries.</summary>
public sealed class LimitsTests : FakedApi
{
    [Test]
    public async Task One_request_too_many_of_a_caller_is_429_with_the_time_to_wait_and_others_are_not_touched()
    {
        await using var api = await ApiHost.StartAsync(
            Fake, settings: [new("RateLimits:Anonymous", "1"), new("RateLimits:Customer", "1"), new("RateLimits:Staff", "1")]);
        using var customer = api.Customer();
        using var staff = api.As("operator", "op-1");
        foreach (var (client, path) in new[] { (api.Anonymous, "/v1/policies"), (customer, "/v1/orders"), (staff, "/v1/subscribers") })
        {
            var answers = new List<HttpResponseMessage>();
            for (var i = 0; i < 12; i++)
            {
                answers.Add(await client.GetAsync(new Uri(path, UriKind.Relative)));
            }

            var refused = answers[^1];
            Assert.That(answers.Take(4).Select(answer => answer.StatusCode), Has.All.EqualTo(HttpStatusCode.OK), "a burst of four times the rate passes");
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That(await refused.SlugAsync(), Is.EqualTo("too-many-requests"));
            Assert.That(refused.Headers.RetryAfter?.Delta, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)));
            answers.ForEach(answer => answer.Dispose());
        }
    }

    [Test]
    public async Task Health_metrics_and_the_teams_events_are_outside_of_the_limits()
    {
        await using var api = await ApiHost.StartAsync(Fake, settings: [new("RateLimits:Anonymous", "1")]);
        for (var i = 0; i < 12; i++)
        {
            using var live = await api.Anonymous.GetAsync(new Uri("/health/live", UriKind.Relative));
            using var metrics = await api.Anonymous.GetAsync(new Uri("/metrics", UriKind.Relative));
            using var unsigned = await SignedEvents.SendAsync(api.Anonymous, "{}", "whsec_bm9ib2R5cy1zZWNyZXQtb2YtdGhlLXRlc3Rz");
            Assert.That(live.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(metrics.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(unsigned.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        }
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task One_stream_too_many_of_a_caller_is_429_until_another_ends(CancellationToken cancellationToken)
    {
        await using var api = await ApiHost.StartAsync(Fake, options => options.MaxStreamsPerCaller = 2);
        using var customer = api.Customer();
        using var placed = await customer.PostAsync("/v1/orders", OrderBody(), "k-1", cancellationToken);
        var path = $"/v1/orders/{(await placed.JsonAsync()).Text("orderId")}/events";
        var first = await StreamAsync(customer, path, cancellationToken);
        using var second = await StreamAsync(customer, path, cancellationToken);
        using var third = await StreamAsync(customer, path, cancellationToken);
        using var staff = api.As("operator", "op-1");
        using var other = await StreamAsync(staff, path, cancellationToken);

        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(third.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(third.Headers.RetryAfter, Is.Not.Null);
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.OK), "another caller has streams of its own");
        first.Dispose();
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            using var again = await StreamAsync(customer, path, cancellationToken);
            if (again.StatusCode == HttpStatusCode.OK)
            {
                break;
            }

            await looks.WaitForNextTickAsync(cancellationToken);
        }
    }

    [Test]
    public async Task Every_answer_carries_the_headers_of_a_public_api()
    {
        using var answer = await Api.Anonymous.GetAsync(new Uri("/v1/policies", UriKind.Relative));
        using var refused = await Api.Anonymous.GetAsync(new Uri("/v1/orders", UriKind.Relative));
        foreach (var response in new[] { answer, refused })
        {
            Assert.That(response.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
            Assert.That(response.Headers.GetValues("X-Frame-Options"), Is.EqualTo(new[] { "DENY" }));
            Assert.That(response.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'none'"));
            Assert.That(response.Headers.CacheControl?.NoStore, Is.True);
            Assert.That(response.Headers.Contains("Server"), Is.False);
        }
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Head_is_answered_wherever_get_is_and_begins_no_stream(CancellationToken cancellationToken)
    {
        var orderId = await PlaceAsync();
        using var customer = Api.Customer();
        using var order = await HeadAsync(customer, "/v1/orders/" + orderId, cancellationToken);
        using var unknown = await HeadAsync(customer, "/v1/orders/o-unknown", cancellationToken);
        using var stream = await HeadAsync(customer, $"/v1/orders/{orderId}/events", cancellationToken);
        using var post = await HeadAsync(customer, $"/v1/orders/{orderId}/cancellation", cancellationToken);
        using var anonymous = await HeadAsync(Api.Anonymous, "/v1/orders/" + orderId, cancellationToken);

        Assert.That(order.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(order.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/json"));
        Assert.That(await order.Content.ReadAsByteArrayAsync(cancellationToken), Is.Empty);
        Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(stream.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(post.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        Assert.That(anonymous.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_list_of_events_is_read_page_by_page()
    {
        var orderId = await PlaceAsync();
        for (var i = 2; i <= 5; i++)
        {
            await Api.Service<OrderOrchestration.Activities.Store.Orders.IOrderTimeline>().AppendAsync(FakeOrders.Event(orderId, "order.confirmed", i), default);
        }

        using var customer = Api.Customer();
        var path = $"/v1/orders/{orderId}/events?limit=2";
        var ids = new List<string>();
        string? cursor = "";
        while (cursor is not null)
        {
            var page = await customer.GetAsync(new Uri(cursor.Length == 0 ? path : $"{path}&cursor={cursor}", UriKind.Relative)).JsonAsync();
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(e => e.Text("id")));
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }

        Assert.That(ids, Has.Count.EqualTo(5).And.Unique);
        using var bad = await customer.GetAsync(new Uri($"/v1/orders/{orderId}/events?cursor=bm8", UriKind.Relative));
        Assert.That(bad.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    private static Task<HttpResponseMessage> StreamAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static async Task<HttpResponseMessage> HeadAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(path, UriKind.Relative));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        return await client.SendAsync(request, cancellationToken);
    }
}
