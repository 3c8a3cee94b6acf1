using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrderOrchestration.Partners.Webhooks;

/// <summary>Standard Webhooks: HMAC-SHA256 over <c>id.timestamp.body</c>, written <c>v1,&lt;base64&gt;</c>.</summary>
public static class WebhookSignature
{
    /// <summary>Prefix of a symmetric secret.</summary>
    public const string SecretPrefix = "whsec_";

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    /// <exception cref="FormatException">The secret is not <c>whsec_&lt;base64&gt;</c>.</exception>
    public static string Sign(string secret, string id, DateTimeOffset timestamp, string body)
    {
        var signed = string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp.ToUnixTimeSeconds()}.{body}");
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(KeyOf(secret), Encoding.UTF8.GetBytes(signed)));
    }

    internal static byte[] KeyOf(string secret) => secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
        ? Convert.FromBase64String(secret[SecretPrefix.Length..])
        : throw new FormatException($"a webhook secret is written {SecretPrefix}<base64>");
}
