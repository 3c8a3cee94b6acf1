using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using OrderOrchestration.Api.Hosting;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>
/// Verifies a webhook per Standard Webhooks: any of several signatures, any of a team's secrets, a timestamp within five minutes of now. The signature
/// says which team it is. What is signed is the library's to say; its own <c>Verify</c> (1.1.2) passes over the last of several signatures, which is the
/// new one while a secret is replaced, and knows no clock but the machine's.
/// </summary>
internal sealed class WebhookSignature(WebhookSecrets secrets, IOptions<OrderApiOptions> options, TimeProvider time)
{
    private const string Version = "v1,";
    private const int LongestId = 256;
    private const int MostSignatures = 20;

    /// <summary>The source of the team that signed; <c>null</c> where nobody we know did, or too long ago.</summary>
    public string? SourceOf(IHeaderDictionary headers, string body)
    {
        var id = headers["webhook-id"].ToString();
        if (id.Length is 0 or > LongestId || SentAt(headers["webhook-timestamp"].ToString()) is not { } sentAt)
        {
            return null;
        }

        var signatures = headers["webhook-signature"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(signature => signature.StartsWith(Version, StringComparison.Ordinal))
            .Take(MostSignatures)
            .Select(Encoding.UTF8.GetBytes)
            .ToList();
        string? source = null;
        foreach (var (team, secret) in secrets.All())
        {
            var expected = Encoding.UTF8.GetBytes(secret.Sign(id, sentAt, body));
            if (signatures.Any(signature => CryptographicOperations.FixedTimeEquals(signature, expected)))
            {
                source = team;
            }
        }

        return source;
    }

    /// <summary>When it was sent; <c>null</c> where that is not now, or not spelled as it is signed.</summary>
    private DateTimeOffset? SentAt(string timestamp)
    {
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > int.MaxValue * 100L
            || seconds.ToString(CultureInfo.InvariantCulture) != timestamp)
        {
            return null;
        }

        var sentAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return (time.GetUtcNow() - sentAt).Duration() <= options.Value.WebhookTolerance ? sentAt : null;
    }
}
