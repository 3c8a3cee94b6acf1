using EmbeddedTemporal.Visibility.Filters;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Schedule.V1;

namespace EmbeddedTemporal.Schedules.Spec;

/// <summary>A parsed cron string: a calendar or an interval, and a time zone, empty if there is none.</summary>
internal sealed record CronSpec(StructuredCalendarSpec? Calendar, IntervalSpec? Interval, string TimeZone);

/// <summary>Parses cron strings: five to seven fields with an optional time zone and comment, or an @-form.</summary>
internal static class CronText
{
    private static readonly Dictionary<string, string> Predefined = new(StringComparer.Ordinal)
    {
        ["@yearly"] = "0 0 1 1 *",
        ["@annually"] = "0 0 1 1 *",
        ["@monthly"] = "0 0 1 * *",
        ["@weekly"] = "0 0 * * 0",
        ["@daily"] = "0 0 * * *",
        ["@midnight"] = "0 0 * * *",
        ["@hourly"] = "0 * * * *",
    };

    /// <summary>Parses a cron string.</summary>
    /// <exception cref="ScheduleSpecException">The string is malformed.</exception>
    public static CronSpec Parse(string cron)
    {
        var text = cron.Trim();
        var zone = TakeZone(ref text);
        var comment = string.Empty;
        if (text.IndexOf('#', StringComparison.Ordinal) is var hash and >= 0)
        {
            comment = text[(hash + 1)..].Trim();
            text = text[..hash];
        }
        text = text.Trim();
        if (text.StartsWith("@every", StringComparison.Ordinal))
        {
            // Intervals are aligned to the Unix epoch, so the time zone is ignored.
            return new CronSpec(null, ParseEvery(text), string.Empty);
        }
        return new CronSpec(CalendarText.ToStructured(ParseFields(Predefined.GetValueOrDefault(text, text), comment)), null, zone);
    }

    private static string TakeZone(ref string text)
    {
        if (!text.StartsWith("TZ=", StringComparison.Ordinal) && !text.StartsWith("CRON_TZ=", StringComparison.Ordinal))
        {
            return string.Empty;
        }
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
        {
            throw new ScheduleSpecException("CronString has time zone but missing fields");
        }
        var zone = text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..space];
        text = text[(space + 1)..];
        return zone;
    }

    private static CalendarSpec ParseFields(string text, string comment)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields switch
        {
            [var minute, var hour, var day, var month, var weekday] => Calendar(string.Empty, minute, hour, day, month, weekday, string.Empty),
            [var minute, var hour, var day, var month, var weekday, var year] => Calendar(string.Empty, minute, hour, day, month, weekday, year),
            [var second, var minute, var hour, var day, var month, var weekday, var year] => Calendar(second, minute, hour, day, month, weekday, year),
            _ => throw new ScheduleSpecException("CronString does not have 5-7 fields"),
        };

        CalendarSpec Calendar(string second, string minute, string hour, string day, string month, string weekday, string year) => new()
        {
            Second = second,
            Minute = minute,
            Hour = hour,
            DayOfMonth = day,
            Month = month,
            DayOfWeek = weekday,
            Year = year,
            Comment = comment,
        };
    }

    private static IntervalSpec ParseEvery(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
        {
            throw new ScheduleSpecException("CronString does not have interval after @every");
        }
        var parts = text[(space + 1)..].Split('/', 2);
        return new IntervalSpec
        {
            Interval = ParseDuration(parts[0]),
            Phase = parts is [_, { Length: > 0 } phase] ? ParseDuration(phase) : null,
        };
    }

    private static Duration ParseDuration(string text) => DurationText.TryParseUnits(text, out var nanoseconds)
        ? new Duration { Seconds = nanoseconds / 1_000_000_000, Nanos = (int)(nanoseconds % 1_000_000_000) }
        : throw new ScheduleSpecException($"time: invalid duration \"{text}\"");
}
