using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace OrderOrchestration.Tests.Api;

/// <summary>Sends bodies signed per Standard Webhooks; signed by hand, so that the program's library is tested against the specification.</summary>
internal static class SignedEvents
{
    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, string body, string secret, string contentType = "application/cloudevents+json", CancellationToken cancellationToken = default)
    {
        var time = Now();
        using var request = Request(body, "w-1", time, "v1," + Sign(secret, "w-1", time, body), contentType);
        return await client.SendAsync(request, cancellationToken);
    }

    public static string Now() => DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    public static string Sign(string secret, string id, string time, string body) => Convert.ToBase64String(HMACSHA256.HashData(
        Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{time}.{body}")));

    public static HttpRequestMessage Request(string body, string id, string time, string signature, string contentType)
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
