using EmbeddedTemporal.Schedules.Spec;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Schedule.V1;
using Range = Temporalio.Api.Schedule.V1.Range;

namespace OrderOrchestration.Tests.Server.Schedules;

/// <summary>How specs are read: text forms, ranges, cron strings, and what is refused.</summary>
public sealed class ScheduleSpecTextTests
{
    // A part is start-end/step; what is left out is its default.
    [TestCase("13", "13")]
    [TestCase("13,18,44", "13 18 44")]
    [TestCase("13-18", "13-18")]
    [TestCase("2-5,7-9,11", "2-5 7-9 11")]
    [TestCase("*", "0-59")]
    [TestCase("*/3", "0-59/3")]
    [TestCase("2/3", "2-59/3")]
    [TestCase("2-6/4,7-8", "2-6/4 7-8")]
    [TestCase("", "0")]
    public void A_field_is_read_into_ranges(string text, string expected) =>
        Assert.That(Show(Calendar(new CalendarSpec { Minute = text }).Minute), Is.EqualTo(expected));

    [TestCase("133", "Minute is not in range [0-59]")]
    [TestCase("13,18,44,", "Minute is not in range [0-59]")]
    [TestCase("18-13", "Minute End is before Start or not in range [0-59]")]
    [TestCase("70-80", "Minute Start is not in range [0-59]")]
    [TestCase("2/3/5", "Minute has too many slashes")]
    [TestCase("2/", "Minute missing step value")]
    [TestCase("2/0", "Minute has invalid Step")]
    [TestCase("1-5-7", "Minute has too many dashes")]
    [TestCase("x", "Minute is not in range [0-59]")]
    public void A_malformed_field_is_refused_by_name(string text, string refusal) => Assert.That(
        Assert.Throws<ScheduleSpecException>(() => Calendar(new CalendarSpec { Minute = text }))!.Message, Is.EqualTo(refusal));

    [TestCase("0", "0")]
    [TestCase("7", "0")]
    [TestCase("sun", "0")]
    [TestCase("wed-thurs", "3-4")]
    [TestCase("mon-Friday", "1-5")]
    [TestCase("5-7", "0 5-6")]
    [TestCase("3-7/3", "3-6/3")]
    [TestCase("5-7/2", "0 5-6/2")]
    [TestCase("0-7", "0-6")]
    [TestCase("*", "0-6")]
    [TestCase("6,7", "6 0")]
    public void Days_of_the_week_have_names_and_seven_is_sunday(string text, string expected) =>
        Assert.That(Show(Calendar(new CalendarSpec { DayOfWeek = text }).DayOfWeek), Is.EqualTo(expected));

    [TestCase("Sept", "9")]
    [TestCase("February/5", "2-12/5")]
    [TestCase("jan-mar", "1-3")]
    public void Months_have_names(string text, string expected) =>
        Assert.That(Show(Calendar(new CalendarSpec { Month = text }).Month), Is.EqualTo(expected));

    [Test]
    public void Every_year_is_no_range_at_all() => Assert.That(Calendar(new CalendarSpec { Year = "*" }).Year, Is.Empty);

    [TestCase("5,9 */2 * * *", "0|5 9|0-23/2|1-31|1-12||0-6")]
    [TestCase("5 9 * * * 2030", "0|5|9|1-31|1-12|2030|0-6")]
    [TestCase("@monthly", "0|0|0|1|1-12||0-6")]
    [TestCase("@weekly", "0|0|0|1-31|1-12||0")]
    [TestCase("CRON_TZ=US/Pacific 55 55,57 5 2/2 * wed-thurs *  # explanation", "55|55 57|5|2-31/2|1-12||3-4")]
    public void A_cron_string_of_five_to_seven_fields_is_a_calendar(string cron, string expected)
    {
        var spec = new CompiledSpec(new ScheduleSpec { CronString = { cron } }).Canonical;
        var calendar = spec.StructuredCalendar.Single();
        Assert.That(
            string.Join('|', Show(calendar.Second), Show(calendar.Minute), Show(calendar.Hour), Show(calendar.DayOfMonth), Show(calendar.Month), Show(calendar.Year), Show(calendar.DayOfWeek)),
            Is.EqualTo(expected));
        Assert.That(spec.TimezoneName, Is.EqualTo(cron.StartsWith("CRON_TZ", StringComparison.Ordinal) ? "US/Pacific" : string.Empty));
        Assert.That(calendar.Comment, Is.EqualTo(cron.Contains('#', StringComparison.Ordinal) ? "explanation" : string.Empty));
        Assert.That(spec.CronString, Is.Empty);
    }

    [TestCase("@every 5d", 432_000, 0)]
    [TestCase("@every 5h/45m", 18_000, 2_700)]
    [TestCase("@every 1m30s", 90, 0)]
    public void A_cron_string_may_be_an_interval(string cron, long interval, long phase)
    {
        var spec = new CompiledSpec(new ScheduleSpec { CronString = { cron } }).Canonical.Interval.Single();
        Assert.That((spec.Interval.Seconds, spec.Phase?.Seconds ?? 0), Is.EqualTo((interval, phase)));
    }

    [TestCase("* * * *", "CronString does not have 5-7 fields")]
    [TestCase("* * * * * * * *", "CronString does not have 5-7 fields")]
    [TestCase("TZ=UTC", "CronString has time zone but missing fields")]
    [TestCase("@every", "CronString does not have interval after @every")]
    [TestCase("@every soon", "time: invalid duration \"soon\"")]
    [TestCase("0 1 2 3 4 1999", "Year is not in range [2000-2100]")]
    [TestCase("TZ=Mars/Base 0 0 * * *", "unknown time zone Mars/Base")]
    [TestCase("@every 100ms", "interval is too small")]
    [TestCase("@every 3h/4h", "phase cannot be greater than Interval")]
    public void A_malformed_cron_string_is_refused(string cron, string refusal) => Assert.That(
        Assert.Throws<ScheduleSpecException>(() => _ = new CompiledSpec(new ScheduleSpec { CronString = { cron } }))!.Message, Is.EqualTo(refusal));

    [TestCase("Europe/London", "CRON_TZ=America/New_York 0 0 * * *")]
    [TestCase("", "CRON_TZ=Europe/London 0 0 * * *", "CRON_TZ=America/New_York 0 0 * * *")]
    [TestCase("", "0 0 * * *", "CRON_TZ=Europe/London 0 0 * * *")]
    public void Time_zones_must_agree(string zone, params string[] crons) => Assert.That(
        Assert.Throws<ScheduleSpecException>(() => _ = new CompiledSpec(new ScheduleSpec { CronString = { crons }, TimezoneName = zone }))!.Message,
        Is.EqualTo("conflicting timezone names"));

    [TestCase(100, 0, 0)]
    [TestCase(-3, 0, 0)]
    [TestCase(30, 60, 0)]
    [TestCase(40, 30, 0)]
    [TestCase(30, 40, -3)]
    public void A_structured_range_must_be_one(int start, int end, int step) => Assert.That(
        () => new CompiledSpec(new ScheduleSpec
        {
            StructuredCalendar = { new StructuredCalendarSpec { Second = { new Range { Start = start, End = end, Step = step } } } },
        }),
        Throws.TypeOf<ScheduleSpecException>().With.Message.StartsWith("invalid calendar spec: Second"));

    [Test]
    public void A_negative_interval_or_phase_is_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => new CompiledSpec(new ScheduleSpec { Interval = { new IntervalSpec { Interval = new Duration { Seconds = -3 } } } }), Throws.TypeOf<ScheduleSpecException>());
        Assert.That(
            () => new CompiledSpec(new ScheduleSpec { Interval = { new IntervalSpec { Interval = new Duration { Seconds = 3 }, Phase = new Duration { Seconds = -1 } } } }),
            Throws.TypeOf<ScheduleSpecException>());
    });

    [Test]
    public void The_canonical_form_of_a_canonical_spec_is_itself()
    {
        var once = new CompiledSpec(new ScheduleSpec { CronString = { "TZ=Asia/Seoul 5,9 */2 * * *" }, Calendar = { new CalendarSpec { Hour = "3-5" } } }).Canonical;
        Assert.That(new CompiledSpec(once).Canonical, Is.EqualTo(once));
    }

    private static StructuredCalendarSpec Calendar(CalendarSpec calendar) =>
        new CompiledSpec(new ScheduleSpec { Calendar = { calendar } }).Canonical.StructuredCalendar.Single();

    private static string Show(IEnumerable<Range> ranges) => string.Join(' ', ranges.Select(range =>
        $"{range.Start}{(range.End == 0 ? string.Empty : $"-{range.End}")}{(range.Step == 0 ? string.Empty : $"/{range.Step}")}"));
}
