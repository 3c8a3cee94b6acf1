using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrderOrchestration.Activities.Subscribers;

/// <summary>The headers of Standard Webhooks: HMAC-SHA256 over <c>id.timestamp.body</c>, one signature a secret.</summary>
internal static class EventSignature
{
    public static void Sign(HttpRequestMessage request, string id, DateTimeOffset now, byte[] body, IReadOnlyList<byte[]> secrets)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add(
            "webhook-signature", string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, content)))));
    }
}
