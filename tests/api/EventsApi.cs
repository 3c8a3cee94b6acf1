using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OrderOrchestration.Tests.Api;

/// <summary>Tests of <c>POST /v1/events</c>: what the other teams send, signed as Standard Webhooks has it.</summary>
public abstract class EventsApi : FakedApi
{
    private protected static string Event(string id, string orderId, string type = "payment.approved", string team = "payment") => JsonSerializer.Serialize(new
    {
        specversion = "1.0",
        id,
        source = "/teams/" + team,
        type,
        subject = orderId,
        time = "2026-05-01T09:00:00+09:00",
        datacontenttype = "application/json",
        data = new { orderId, paymentId = "pay-1", attempt = 1, amount = 23_000 },
    });

    private protected static string Now() => DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private protected static string Sign(string secret, string id, string time, string body) => Convert.ToBase64String(HMACSHA256.HashData(
        Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{time}.{body}")));

    private protected Task<HttpResponseMessage> SendAsync(
        string body, string secret = ApiHost.PaymentSecret, string contentType = "application/cloudevents+json")
    {
        var time = Now();
        return SendRawAsync(body, "w-1", time, "v1," + Sign(secret, "w-1", time, body), contentType);
    }

    private protected async Task<HttpResponseMessage> SendRawAsync(
        string body, string id, string time, string signature, string contentType = "application/cloudevents+json")
    {
        using var request = Request(body, id, time, signature, contentType);
        return await Api.Anonymous.SendAsync(request);
    }

    private protected async Task<HttpResponseMessage> SendBinaryAsync(string data, string subject)
    {
        var time = Now();
        using var request = Request(data, "w-2", time, "v1," + Sign(ApiHost.PaymentSecret, "w-2", time, data), "application/json");
        request.Headers.Add("ce-specversion", "1.0");
        request.Headers.Add("ce-id", "e%201");
        request.Headers.Add("ce-source", "/teams/payment");
        request.Headers.Add("ce-type", "payment.approved");
        request.Headers.Add("ce-subject", subject);
        request.Headers.Add("ce-time", "2026-05-01T09:00:00+09:00");
        return await Api.Anonymous.SendAsync(request);
    }

    private static HttpRequestMessage Request(string body, string id, string time, string signature, string contentType)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/events", UriKind.Relative))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", time);
        request.Headers.TryAddWithoutValidation("webhook-signature", signature);
        return request;
    }
}
