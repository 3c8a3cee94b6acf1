using System.Globalization;
using System.Text;
using StandardWebhooks;

namespace OrderOrchestration.Activities.Subscribers;

/// <summary>The headers of Standard Webhooks, with one signature per secret.</summary>
internal static class EventSignature
{
    public static void Sign(HttpRequestMessage request, string id, DateTimeOffset now, byte[] body, IReadOnlyList<byte[]> secrets)
    {
        var text = Encoding.UTF8.GetString(body);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", string.Join(' ', secrets.Select(secret => new StandardWebhook(secret).Sign(id, now, text))));
    }
}
