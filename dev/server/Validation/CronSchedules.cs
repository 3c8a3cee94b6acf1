using System.Globalization;
using Cronos;

namespace EmbeddedTemporal.Validation;

/// <summary>The cron strings of workflows: five fields or a macro, "@every" with a duration, and an optional CRON_TZ prefix.</summary>
internal static class CronSchedules
{
    /// <summary>Whether the string is a valid cron schedule; an empty string is valid.</summary>
    public static bool IsValid(string schedule)
    {
        if (schedule.Length == 0)
        {
            return true;
        }

        try
        {
            Backoff(schedule, DateTime.UtcNow, DateTime.UtcNow);
            return true;
        }
        catch (Exception failure) when (failure is FormatException or TimeZoneNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Returns the time from <paramref name="now"/> to the next run, if the last one was due at <paramref name="start"/>.</summary>
    /// <exception cref="FormatException">The string is not a valid cron schedule.</exception>
    /// <exception cref="TimeZoneNotFoundException">The time zone is unknown.</exception>
    public static TimeSpan Backoff(string schedule, DateTime start, DateTime now)
    {
        const string Every = "@every ";
        if (schedule.StartsWith(Every, StringComparison.Ordinal))
        {
            var interval = ParseInterval(schedule[Every.Length..]);
            var past = now - start;
            return past < TimeSpan.Zero ? interval : interval - TimeSpan.FromTicks(past.Ticks % interval.Ticks);
        }

        var (zone, expression) = SplitZone(schedule);
        var next = CronExpression.Parse(expression).GetNextOccurrence(now, zone) ?? throw new FormatException($"The schedule \"{schedule}\" never comes.");
        return RoundUp(next - now);
    }

    private static (TimeZoneInfo Zone, string Expression) SplitZone(string schedule)
    {
        if (!schedule.StartsWith("CRON_TZ=", StringComparison.Ordinal) && !schedule.StartsWith("TZ=", StringComparison.Ordinal))
        {
            return (TimeZoneInfo.Utc, schedule);
        }

        var space = schedule.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
        {
            throw new FormatException($"The schedule \"{schedule}\" has a time zone and nothing else.");
        }

        var name = schedule[(schedule.IndexOf('=', StringComparison.Ordinal) + 1)..space];
        return (TimeZoneInfo.FindSystemTimeZoneById(name), schedule[(space + 1)..].Trim());
    }

    private static TimeSpan RoundUp(TimeSpan span) => TimeSpan.FromSeconds(Math.Ceiling(span.TotalSeconds));

    /// <summary>Parses durations such as "1h30m".</summary>
    private static TimeSpan ParseInterval(string text)
    {
        var total = TimeSpan.Zero;
        var rest = text.Trim();
        while (rest.Length > 0)
        {
            var digits = rest.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
            var unit = new string([.. rest.Skip(digits).TakeWhile(char.IsAsciiLetter)]);
            if (!double.TryParse(rest[..digits], CultureInfo.InvariantCulture, out var amount))
            {
                throw new FormatException($"\"{text}\" is no duration.");
            }

            total += unit switch
            {
                "h" => TimeSpan.FromHours(amount),
                "m" => TimeSpan.FromMinutes(amount),
                "s" => TimeSpan.FromSeconds(amount),
                "ms" => TimeSpan.FromMilliseconds(amount),
                _ => throw new FormatException($"\"{text}\" is no duration."),
            };
            rest = rest[(digits + unit.Length)..];
        }

        return total >= TimeSpan.FromSeconds(1) ? total : throw new FormatException($"\"{text}\" is shorter than a second.");
    }
}
