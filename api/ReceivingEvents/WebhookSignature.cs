using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using OrderOrchestration.Api.Hosting;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>
/// Verifies a webhook per Standard Webhooks: one of its signatures must match one of a team's secrets, with a timestamp within five minutes of now. The
/// matching secret identifies the team. The library computes the signature. Its own <c>Verify</c> (1.1.2) is not used: it ignores the last of several
/// signatures, which is the new one during a rotation, and supports only the system clock.
/// </summary>
internal sealed class WebhookSignature(WebhookSecrets secrets, IOptions<OrderApiOptions> options, TimeProvider time)
{
    private const string Version = "v1,";
    private const int MaxIdLength = 256;
    private const int MaxSignatures = 20;

    /// <summary>The source of the team that signed; <c>null</c> where no known secret matches or the timestamp is out of tolerance.</summary>
    public string? SourceOf(IHeaderDictionary headers, string body)
    {
        var id = headers["webhook-id"].ToString();
        if (id.Length is 0 or > MaxIdLength || SentAt(headers["webhook-timestamp"].ToString()) is not { } sentAt)
        {
            return null;
        }

        var signatures = headers["webhook-signature"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(signature => signature.StartsWith(Version, StringComparison.Ordinal))
            .Take(MaxSignatures)
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

    /// <summary>The time of sending; <c>null</c> where it is out of tolerance or not in canonical form (the signature covers the canonical form).</summary>
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
