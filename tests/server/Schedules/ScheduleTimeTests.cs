using EmbeddedTemporal.Schedules.Spec;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Schedule.V1;

namespace OrderOrchestration.Tests.Server.Schedules;

/// <summary>
/// When a schedule acts. The times, jitter to the millisecond included, are those the real server computes (its own spec and calendar tests).
/// </summary>
public sealed class ScheduleTimeTests
{
    [Test]
    public void An_interval_counts_from_the_epoch() => Check(
        new ScheduleSpec { Interval = { Every("90m") } },
        "2022-03-23 12:53:02.000000009",
        "2022-03-23 13:30:00", "2022-03-23 15:00:00", "2022-03-23 16:30:00", "2022-03-23 18:00:00");

    [Test]
    public void A_phase_shifts_an_interval() => Check(
        new ScheduleSpec { Interval = { Every("90m", "5m44s") } },
        "2022-03-23 12:53:02", "2022-03-23 13:35:44", "2022-03-23 15:05:44", "2022-03-23 16:35:44");

    [Test]
    public void Several_intervals_make_one_sequence() => Check(
        new ScheduleSpec { Interval = { Every("90m", "5m44s"), Every("157m", "22m11s") } },
        "2022-03-23 12:53:02",
        "2022-03-23 13:35:44", "2022-03-23 15:05:44", "2022-03-23 15:26:11", "2022-03-23 16:35:44", "2022-03-23 18:03:11", "2022-03-23 18:05:44");

    [Test]
    public void A_calendar_names_times_of_day() => Check(
        new ScheduleSpec { Calendar = { new CalendarSpec { Hour = "5,7", Minute = "23" } } },
        "2022-03-23 03:00:00", "2022-03-23 05:23:00", "2022-03-23 07:23:00", "2022-03-24 05:23:00");

    [Test]
    public void Calendars_cron_strings_and_intervals_mix() => Check(
        new ScheduleSpec
        {
            Calendar = { new CalendarSpec { Hour = "11", Minute = "55" } },
            CronString = { "55 13 * * *" },
            Interval = { Every("90m", "7m") },
        },
        "2022-03-23 10:00:00",
        "2022-03-23 10:37:00", "2022-03-23 11:55:00", "2022-03-23 12:07:00", "2022-03-23 13:37:00", "2022-03-23 13:55:00", "2022-03-23 15:07:00");

    [Test]
    public void Exclusions_take_times_away_and_jitter_is_the_real_servers_to_the_millisecond() => Check(
        new ScheduleSpec
        {
            Interval = { Every("90m") },
            ExcludeStructuredCalendar = { CalendarText("* * 12-14 * * * *") },
            Jitter = Span("1s"),
        },
        "2022-03-23 08:00:00",
        "2022-03-23 09:00:00.235", "2022-03-23 10:30:00.139", "2022-03-23 15:00:00.089", "2022-03-23 16:30:00.687");

    [Test]
    public void A_start_time_is_the_first_time_that_can_match() => Check(
        new ScheduleSpec { Interval = { Every("90m") }, StartTime = At("2022-03-23 12:00:00"), Jitter = Span("1s") },
        "2022-03-23 08:00:00", "2022-03-23 12:00:00.162", "2022-03-23 13:30:00.587", "2022-03-23 15:00:00.089");

    [Test]
    public void A_start_time_within_a_second_does_not_reach_back() => Check(
        new ScheduleSpec { Interval = { Every("1h") }, StartTime = At("2022-03-23 12:00:00.456") },
        "2022-03-23 12:00:00.123", "2022-03-23 13:00:00");

    [Test]
    public void An_end_time_ends_it() => Check(
        new ScheduleSpec { Interval = { Every("90m") }, EndTime = At("2022-03-23 14:00:00"), Jitter = Span("1s") },
        "2022-03-23 11:00:00", "2022-03-23 12:00:00.162", "2022-03-23 13:30:00.587", null);

    [Test]
    public void Jitter_never_passes_the_next_time() => Check(
        new ScheduleSpec { Interval = { Every("90m") }, Jitter = Span("24h") },
        "2022-03-23 11:00:00", "2022-03-23 12:14:36.524", "2022-03-23 14:22:54.562", "2022-03-23 15:08:03.724");

    [Test]
    public void A_single_time_has_its_full_jitter() => Check(
        new ScheduleSpec
        {
            Calendar = { new CalendarSpec { Hour = "13", Minute = "55", DayOfMonth = "7", Month = "4", Year = "2022" } },
            Jitter = Span("1h"),
        },
        "2022-03-23 11:00:00", "2022-04-07 13:57:26.927", null);

    [TestCase("", "2022-03-24 00:35:24.276")]
    [TestCase("seed-1", "2022-03-24 00:06:12.519")]
    [TestCase("seed-2", "2022-03-24 00:39:16.922")]
    public void Each_schedule_has_jitter_of_its_own(string seed, string time) => Assert.That(
        new CompiledSpec(new ScheduleSpec { Interval = { Every("24h") }, Jitter = Span("1h") }, seed).Next(Utc("2022-03-23 11:00:00"))!.Value.Actual,
        Is.EqualTo(Utc(time)));

    // A short, a middle and a long seed go through every branch of the hash; the times differ and stay below the jitter.
    [Test]
    public void Jitter_is_within_its_bounds_for_every_seed() => Assert.That(
        Enumerable.Range(0, 60).Select(length => JitterOf(new string('s', length))),
        Is.Unique.And.All.InRange(TimeSpan.Zero, TimeSpan.FromHours(1)));

    [Test]
    public void What_is_always_excluded_never_comes_and_is_told_in_time()
    {
        var spec = new CompiledSpec(new ScheduleSpec
        {
            CronString = { "* * * * * * *" },
            ExcludeStructuredCalendar = { CalendarText("* * * * * * *") },
        });
        Assert.That(spec.Next(Utc("2022-03-23 12:00:00")), Is.Null);
    }

    // The clock skips 02:00 to 03:00 on March 13, 2022, and repeats 01:00 to 02:00 on November 7, 2021.
    [TestCase("33 33 2 * * * *", "2022-03-12 04:00:00", "2022-03-12 10:33:33", "2022-03-14 09:33:33")]
    [TestCase("33 33,44 1 * * * *", "2021-11-07 07:15:15", "2021-11-07 08:33:33", "2021-11-07 08:44:33", "2021-11-07 09:33:33", "2021-11-07 09:44:33", "2021-11-08 09:33:33")]
    public void A_skipped_time_is_left_out_and_a_repeated_one_comes_twice(string cron, string start, params string[] expected)
    {
        var spec = new CompiledSpec(new ScheduleSpec { CronString = { "CRON_TZ=America/Los_Angeles " + cron } });
        var after = Utc(start);
        foreach (var time in expected)
        {
            Assert.That(spec.Next(after)!.Value.Nominal, Is.EqualTo(Utc(time)));
            // Whatever second between the two is asked, the answer is the same.
            for (var between = after; between < Utc(time); between = between.AddSeconds(61))
            {
                Assert.That(spec.Next(between)!.Value.Nominal, Is.EqualTo(Utc(time)), $"{between:O}");
            }
            after = Utc(time);
        }
    }

    [TestCase("2004-01-01 00:00:05")]
    [TestCase("2004-10-31 00:07:03")]
    [TestCase("2004-10-31 01:07:03")]
    public void A_search_that_starts_in_a_repeated_hour_ends_right(string start) => Assert.That(
        new CompiledSpec(new ScheduleSpec { CronString = { "TZ=Europe/London 0 1 0 2 Jan Sun *" } }).Next(Utc(start))!.Value.Nominal,
        Is.EqualTo(Utc("2005-01-02 00:01:00")));

    [Test]
    public void Seoul_days_begin_at_three_in_the_afternoon_utc() => Check(
        new ScheduleSpec { CronString = { "0 0 * * *" }, TimezoneName = "Asia/Seoul" },
        "2026-03-01 12:00:00", "2026-03-01 15:00:00", "2026-03-02 15:00:00");

    [Test]
    public void February_29_comes_in_leap_years_only() => Check(
        new ScheduleSpec { CronString = { "0 12 29 2 *" } },
        "2022-01-01 00:00:00", "2024-02-29 12:00:00", "2028-02-29 12:00:00");

    [Test]
    public void Nothing_comes_after_the_last_year() => Check(
        new ScheduleSpec { CronString = { "0 0 1 1 *" } }, "2099-06-01 00:00:00", "2100-01-01 00:00:00", null);

    [Test]
    public void A_spec_without_any_time_never_comes() => Check(new ScheduleSpec(), "2022-01-01 00:00:00", [null]);

    private static TimeSpan JitterOf(string seed) =>
        new CompiledSpec(new ScheduleSpec { Interval = { Every("24h") }, Jitter = Span("1h") }, seed).Next(Utc("2022-03-23 11:00:00")) is { } time
            ? time.Actual - time.Nominal
            : TimeSpan.MaxValue;

    private static void Check(ScheduleSpec spec, string start, params string?[] expected)
    {
        var compiled = new CompiledSpec(spec);
        var after = Utc(start);
        foreach (var time in expected)
        {
            var next = compiled.Next(after);
            Assert.That(next?.Actual, Is.EqualTo(time is null ? null : Utc(time)));
            after = next?.Actual ?? after;
        }
    }

    private static IntervalSpec Every(string interval, string? phase = null) =>
        new() { Interval = Span(interval), Phase = phase is null ? null : Span(phase) };

    private static Duration Span(string text) => new CompiledSpec(new ScheduleSpec { CronString = { $"@every {text}" } }).Canonical.Interval[0].Interval;

    private static StructuredCalendarSpec CalendarText(string cron) =>
        new CompiledSpec(new ScheduleSpec { CronString = { cron } }).Canonical.StructuredCalendar[0];

    private static Timestamp At(string text) => Timestamp.FromDateTime(Utc(text));

    private static DateTime Utc(string text) => DateTime.SpecifyKind(
        DateTime.Parse(text.Length > 27 ? text[..27] : text, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc);
}
