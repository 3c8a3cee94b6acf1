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

    private protected static string Now() => SignedEvents.Now();

    private protected static string Sign(string secret, string id, string time, string body) => SignedEvents.Sign(secret, id, time, body);

    private protected Task<HttpResponseMessage> SendAsync(
        string body, string secret = ApiHost.PaymentSecret, string contentType = "application/cloudevents+json") =>
        SignedEvents.SendAsync(Api.Anonymous, body, secret, contentType);

    private protected async Task<HttpResponseMessage> SendRawAsync(string body, string id, string time, string signature)
    {
        using var request = SignedEvents.Request(body, id, time, signature, "application/cloudevents+json");
        return await Api.Anonymous.SendAsync(request);
    }

    private protected async Task<HttpResponseMessage> SendBinaryAsync(string data, string subject)
    {
        var time = Now();
        using var request = SignedEvents.Request(data, "w-2", time, "v1," + Sign(ApiHost.PaymentSecret, "w-2", time, data), "application/json");
        request.Headers.Add("ce-specversion", "1.0");
        request.Headers.Add("ce-id", "e%201");
        request.Headers.Add("ce-source", "/teams/payment");
        request.Headers.Add("ce-type", "payment.approved");
        request.Headers.Add("ce-subject", subject);
        request.Headers.Add("ce-time", "2026-05-01T09:00:00+09:00");
        return await Api.Anonymous.SendAsync(request);
    }
}
