using Microsoft.Extensions.Configuration;

namespace OrderOrchestration.Activities.Subscribers;

/// <summary>
/// Reads the configuration section <c>Subscribers</c>: for each name <c>Url</c>, <c>Secret</c> (Standard Webhooks: <c>whsec_</c> and base64; several separated
/// by spaces or commas while one replaces another) and <c>Types</c> (a list, or one text separated likewise).
/// </summary>
public static class SubscriberSettings
{
    public const string Section = "Subscribers";

    private const string SecretPrefix = "whsec_";
    private const int ShortestSecret = 24;
    private static readonly char[] Separators = [' ', ',', '\n', '\t'];

    /// <exception cref="InvalidOperationException">A setting is missing or wrong; the message names it and never a secret.</exception>
    public static IReadOnlyList<Subscriber> Read(IConfiguration configuration) =>
        [.. configuration.GetSection(Section).GetChildren().Select(Read)];

    private static Subscriber Read(IConfigurationSection section) => new(
        section.Key.ToLowerInvariant(), ReadUrl(section.GetSection("Url")), ReadSecrets(section.GetSection("Secret")), ReadTypes(section.GetSection("Types")));

    private static Uri ReadUrl(IConfigurationSection setting) =>
        Uri.TryCreate(setting.Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw Wrong(setting, "an absolute http or https address is needed");

    private static List<byte[]> ReadSecrets(IConfigurationSection setting)
    {
        var secrets = new List<byte[]>();
        foreach (var text in Words(setting))
        {
            var encoded = text.StartsWith(SecretPrefix, StringComparison.Ordinal) ? text[SecretPrefix.Length..] : text;
            var secret = new byte[encoded.Length];
            if (!Convert.TryFromBase64String(encoded, secret, out var length) || length < ShortestSecret)
            {
                throw Wrong(setting, $"whsec_ and at least {ShortestSecret} random bytes in base64 are needed");
            }

            secrets.Add(secret[..length]);
        }

        return secrets.Count > 0 ? secrets : throw Wrong(setting, "is missing: subscribers verify what they are sent");
    }

    private static EventTypeFilter ReadTypes(IConfigurationSection setting)
    {
        try
        {
            return EventTypeFilter.Of([.. setting.GetChildren().SelectMany(Words), .. Words(setting)]);
        }
        catch (FormatException e)
        {
            throw Wrong(setting, e.Message);
        }
    }

    private static string[] Words(IConfigurationSection setting) => (setting.Value ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries);

    private static InvalidOperationException Wrong(IConfigurationSection setting, string why) => new($"{setting.Path}: {why}.");
}
