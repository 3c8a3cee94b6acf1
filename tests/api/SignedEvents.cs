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
        var time = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(
            Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"w-1.{time}.{body}")));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/events", UriKind.Relative));
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Headers.Add("webhook-id", "w-1");
        request.Headers.Add("webhook-timestamp", time);
        request.Headers.TryAddWithoutValidation("webhook-signature", "v1," + signature);
        return await client.SendAsync(request, cancellationToken);
    }
}
