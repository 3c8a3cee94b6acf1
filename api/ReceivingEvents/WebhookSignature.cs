using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>
/// Verifies a webhook per Standard Webhooks: HMAC-SHA256 over <c>id.timestamp.body</c>, any of several signatures, any of a team's secrets,
/// a timestamp within five minutes of now. The signature says which team it is.
/// </summary>
internal sealed class WebhookSignature(WebhookSecrets secrets, IOptions<OrderApiOptions> options, TimeProvider time)
{
    private const string Version = "v1,";

    /// <summary>The source of the team that signed; <c>null</c> where nobody we know did, or too long ago.</summary>
    public string? SourceOf(IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        var id = headers["webhook-id"].ToString();
        var timestamp = headers["webhook-timestamp"].ToString();
        if (id.Length == 0 || !IsTimely(timestamp))
        {
            return null;
        }

        var content = new byte[Encoding.UTF8.GetByteCount(id) + Encoding.UTF8.GetByteCount(timestamp) + 2 + body.Length];
        var length = Encoding.UTF8.GetBytes($"{id}.{timestamp}.", content);
        body.CopyTo(content.AsSpan(length));
        var signatures = Signatures(headers["webhook-signature"].ToString());
        string? source = null;
        foreach (var (team, secret) in secrets.All())
        {
            var expected = HMACSHA256.HashData(secret, content);
            if (signatures.Any(signature => CryptographicOperations.FixedTimeEquals(signature, expected)))
            {
                source = team;
            }
        }

        return source;
    }

    private bool IsTimely(string timestamp) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds < int.MaxValue * 100L
        && (time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() <= options.Value.WebhookTolerance;

    private static List<byte[]> Signatures(string header)
    {
        var signatures = new List<byte[]>();
        foreach (var part in header.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var buffer = new byte[64];
            if (part.StartsWith(Version, StringComparison.Ordinal) && Convert.TryFromBase64String(part[Version.Length..], buffer, out var written))
            {
                signatures.Add(buffer[..written]);
            }
        }

        return signatures;
    }
}
