using System.Globalization;
using System.Text.RegularExpressions;

namespace EmbeddedTemporal.Visibility.Entries;

/// <summary>RFC 3339 times with any fraction, truncated to microseconds as in the real server's visibility.</summary>
internal static partial class Rfc3339
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;

    /// <summary>Parses a time, which needs a full date, time and offset.</summary>
    public static bool TryParse(string text, out DateTime utc)
    {
        utc = default;
        var match = Pattern().Match(text);
        if (!match.Success)
        {
            return false;
        }
        var whole = match.Groups["whole"].Value.ToUpperInvariant() + match.Groups["offset"].Value.ToUpperInvariant();
        if (!DateTimeOffset.TryParse(whole, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return false;
        }
        var fraction = match.Groups["fraction"].Value.PadRight(6, '0')[..6];
        utc = time.UtcDateTime.AddTicks(int.Parse(fraction, CultureInfo.InvariantCulture) * TicksPerMicrosecond);
        return true;
    }

    /// <summary>Formats a UTC time, without trailing zeros of the fraction.</summary>
    public static string Format(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Truncates a time to microseconds.</summary>
    public static DateTime Truncate(DateTime utc) => new(utc.Ticks - (utc.Ticks % TicksPerMicrosecond), DateTimeKind.Utc);

    [GeneratedRegex(@"^(?<whole>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(?<fraction>\d+))?(?<offset>Z|[+-]\d{2}:\d{2})$")]
    private static partial Regex Pattern();
}
