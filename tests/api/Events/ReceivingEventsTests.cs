using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace OrderOrchestration.Tests.Api.Events;

/// <summary>One event: valid, delivered once, and repeated by its sender until it is.</summary>
public sealed class ReceivingEventsTests : EventsApi
{
    [Test]
    public async Task A_signed_event_reaches_its_order()
    {
        using var response = await SendAsync(Event("e-1", "o-1"));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), await response.Content.ReadAsStringAsync());
        var (orderId, received) = Orders.Signals.Single();
        Assert.That(orderId, Is.EqualTo("o-1"));
        Assert.That(received.Type, Is.EqualTo("payment.approved"));
        Assert.That(received.Source, Is.EqualTo("/teams/payment"));
        Assert.That(received.Data.GetProperty("amount").GetInt64(), Is.EqualTo(23_000));
        Assert.That(received.Time, Is.EqualTo(new DateTimeOffset(2026, 5, 1, 9, 0, 0, TimeSpan.FromHours(9))));
    }

    [Test]
    public async Task A_repeated_event_changes_nothing()
    {
        using var first = await SendAsync(Event("e-1", "o-1"));
        using var second = await SendAsync(Event("e-1", "o-1"));

        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(Orders.Signals, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_event_whose_signal_failed_is_not_lost_when_its_sender_repeats_it()
    {
        Orders.Unknown["o-1"] = true;
        using var failed = await SendAsync(Event("e-1", "o-1"));
        Orders.Unknown.Clear();
        using var repeated = await SendAsync(Event("e-1", "o-1"));

        Assert.That(failed.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(repeated.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(Orders.Signals, Has.Count.EqualTo(1));
    }

    [TestCase("""{"orderId":"o-1","amount":1.5}""", "data.amount")]
    [TestCase("""{"orderId":"o-1","amount":-1}""", "data.amount")]
    [TestCase("""{"orderId":"o-1","amount":"23000"}""", "data.amount")]
    [TestCase("""{"orderId":"o-1","amount":1e300}""", "data.amount")]
    [TestCase("""{"orderId":"o-1","attempt":0}""", "data.attempt")]
    [TestCase("""{"orderId":"o-1","approvedAt":"9999-12-31T23:59:59Z"}""", "data.approvedAt")]
    [TestCase("""{"orderId":"o-1","approvedAt":"yesterday"}""", "data.approvedAt")]
    [TestCase("""{"orderId":"o-1","paymentId":".."}""", "data.paymentId")]
    [TestCase("""{"orderId":"o-1","reason":["a"]}""", "data.reason")]
    [TestCase("""{"orderId":"o-1","reason":"a\u0000b"}""", "data.reason")]
    [TestCase("""{"orderId":"o-1","reason":"ab\ud83d"}""", "data.reason")]
    [TestCase("""{"orderId":"o-2"}""", "subject")]
    public async Task A_field_of_an_event_that_cannot_be_believed_is_400_and_named(string data, string field)
    {
        var good = Event("e-1", "o-1");
        var bad = $$"""{"specversion":"1.0","id":"e-2","source":"/teams/payment","type":"payment.declined","subject":"o-1","time":"2026-05-01T09:00:00+09:00","data":{{data}}}""";
        using var one = await SendAsync(bad);
        using var batch = await SendAsync($"[{good},{bad}]", contentType: "application/cloudevents-batch+json");

        Assert.That(one.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), await one.Content.ReadAsStringAsync());
        Assert.That(Errors(await one.JsonAsync()), Is.EqualTo(new[] { field }));
        Assert.That(batch.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(Errors(await batch.JsonAsync()), Is.EqualTo(new[] { "[1]." + field }));
        Assert.That(Orders.Signals, Is.Empty, "a batch that cannot be read is refused whole");
    }

    [Test]
    public async Task A_body_that_is_no_utf8_is_400()
    {
        using var content = new ByteArrayContent([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d]);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/cloudevents+json");
        using var response = await Api.Anonymous.PostAsync(new Uri("/v1/events", UriKind.Relative), content);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [TestCase("{}")]
    [TestCase("not json")]
    [TestCase("""{"specversion":"1.0","id":"e-1","source":"/teams/payment","type":"payment.approved","time":"2026-05-01T09:00:00+09:00","data":{}}""")]
    [TestCase("""{"specversion":"1.0","id":"e-1","source":"/teams/payment","type":"payment.approved","subject":"o-1","time":"2026-05-01T09:00:00+09:00"}""")]
    [TestCase("""{"specversion":"1.0","id":"a\nb","source":"/teams/payment","type":"payment.approved","subject":"o-1","time":"2026-05-01T09:00:00+09:00","data":{}}""")]
    public async Task What_is_no_valid_event_is_400(string body)
    {
        using var response = await SendAsync(body);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await response.SlugAsync(), Is.EqualTo("malformed-request"));
    }

    [Test]
    public async Task Another_media_type_is_415_and_a_body_that_is_too_large_413()
    {
        using var text = await SendAsync("hello", contentType: "text/plain");
        using var large = await SendAsync(new string(' ', 1024 * 1024) + Event("e-1", "o-1"));

        Assert.That(text.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
        Assert.That(large.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await large.SlugAsync(), Is.EqualTo("payload-too-large"));
    }

    private static IEnumerable<string> Errors(JsonElement problem) => problem.GetProperty("errors").EnumerateObject().Select(error => error.Name);
}
