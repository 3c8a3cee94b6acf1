using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrderOrchestration.Api.Settlement;

namespace OrderOrchestration.Tests.Api.Events;

/// <summary>The finance team's webhooks: they are about payouts, not orders.</summary>
public sealed class FinanceEventsTests : FakedApi
{
    private FakeSettlements Settlements => (FakeSettlements)Api.Service<ISettlementCommands>();

    [Test]
    public async Task An_event_of_the_finance_team_reaches_its_payout_once()
    {
        using var first = await SendAsync("e-1", "po-r1-s-1");
        using var repeated = await SendAsync("e-1", "po-r1-s-1");

        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), await first.Content.ReadAsStringAsync());
        Assert.That(repeated.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        var (payoutId, received) = Settlements.Received.Single();
        Assert.That((payoutId, received.Type), Is.EqualTo(("po-r1-s-1", "finance.payout-completed")));
        Assert.That(Orders.Signals, Is.Empty);
    }

    [Test]
    public async Task An_event_about_an_unknown_payout_is_404()
    {
        using var response = await SendAsync("e-1", "nobodys");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await response.JsonAsync()).GetProperty("unknown")[0].GetString(), Is.EqualTo("nobodys"));
    }

    [Test]
    public async Task What_the_event_is_about_must_agree_with_its_data()
    {
        using var response = await SendAsync("e-1", "po-r1-s-1", "po-r1-s-2");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(Settlements.Received, Is.Empty);
    }

    private async Task<HttpResponseMessage> SendAsync(string id, string subject, string? payoutId = null)
    {
        var body = JsonSerializer.Serialize(new
        {
            specversion = "1.0",
            id,
            source = "/teams/finance",
            type = "finance.payout-completed",
            subject,
            time = "2026-05-01T09:00:00+09:00",
            datacontenttype = "application/json",
            data = new { payoutId = payoutId ?? subject, sellerId = "s-1", amount = 9_000, paidAt = "2026-05-01T09:00:00+09:00" },
        });
        var time = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var secret = Convert.FromBase64String(ApiHost.FinanceSecret["whsec_".Length..]);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/events", UriKind.Relative))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/cloudevents+json");
        request.Headers.Add("webhook-id", "w-" + id);
        request.Headers.Add("webhook-timestamp", time);
        request.Headers.TryAddWithoutValidation(
            "webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"w-{id}.{time}.{body}"))));
        return await Api.Anonymous.SendAsync(request);
    }
}
