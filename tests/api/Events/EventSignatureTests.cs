using System.Globalization;
using System.Net;

namespace OrderOrchestration.Tests.Api.Events;

/// <summary>Who may send an event: its team, by a signature over the whole body, now.</summary>
public sealed class EventSignatureTests : EventsApi
{
    [TestCase(ApiHost.NewPaymentSecret, TestName = "A_secret_that_replaces_another_is_accepted_beside_it")]
    [TestCase(ApiHost.PaymentSecret, TestName = "A_secret_that_is_being_replaced_is_still_accepted")]
    public async Task Rotated_secrets(string secret)
    {
        using var response = await SendAsync(Event("e-1", "o-1"), secret);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
    }

    [Test]
    public async Task One_good_signature_of_several_is_enough()
    {
        var body = Event("e-1", "o-1");
        var good = Sign(ApiHost.PaymentSecret, "w-1", Now(), body);
        using var response = await SendRawAsync(body, "w-1", Now(), $"v1,bm90IGl0 v1a,{good} v1,{good}");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
    }

    [TestCase("v1,bm90IGl0", 0)]
    [TestCase("", 0)]
    [TestCase("v1,%%%", 0)]
    [TestCase(null, -360)]
    [TestCase(null, 360)]
    public async Task A_bad_signature_or_a_stale_time_is_401_and_nothing_is_received(string? signature, int seconds)
    {
        var body = Event("e-1", "o-1");
        var time = (DateTimeOffset.UtcNow.ToUnixTimeSeconds() + seconds).ToString(CultureInfo.InvariantCulture);
        using var response = await SendRawAsync(body, "w-1", time, signature ?? "v1," + Sign(ApiHost.PaymentSecret, "w-1", time, body));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await response.SlugAsync(), Is.EqualTo("unauthorized"));
        Assert.That(Orders.Signals, Is.Empty);
    }

    [Test]
    public async Task A_body_that_was_changed_on_its_way_is_401()
    {
        var time = Now();
        var signature = "v1," + Sign(ApiHost.PaymentSecret, "w-1", time, Event("e-1", "o-1"));
        using var response = await SendRawAsync(Event("e-1", "o-2"), "w-1", time, signature);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_team_speaks_for_itself_only()
    {
        using var foreign = await SendAsync(Event("e-1", "o-1"), ApiHost.LogisticsSecret);
        using var stolen = await SendAsync(Event("e-2", "o-1", "order.cancelled"));

        Assert.That(foreign.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(stolen.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await stolen.SlugAsync(), Is.EqualTo("unknown-event-type"));
        Assert.That(Orders.Signals, Is.Empty);
    }

    [Test]
    public async Task Case_20_the_binary_form_is_415_for_its_headers_are_not_signed()
    {
        const string data = """{"orderId":"o-1","paymentId":"pay-1","attempt":1,"amount":23000}""";
        using var response = await SendBinaryAsync(data, "o-1");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType), await response.Content.ReadAsStringAsync());
        Assert.That(await response.SlugAsync(), Is.EqualTo("unsupported-media-type"));
        Assert.That(Orders.Signals, Is.Empty);
    }
}
