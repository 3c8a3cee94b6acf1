using Temporalio.Api.Schedule.V1;
using Range = Temporalio.Api.Schedule.V1.Range;

namespace EmbeddedTemporal.Schedules.Spec;

/// <summary>
/// Parses the text form of calendar fields: <c>*</c>, <c>x</c>, <c>x-z</c>, each optionally with <c>/step</c>, several joined by commas.
/// With a step, a single value is the start of a range up to the maximum.
/// </summary>
internal static class CalendarText
{
    /// <summary>Returns the structured form of a calendar in text form.</summary>
    /// <exception cref="ScheduleSpecException">Fields are malformed or out of range; the message lists all of them.</exception>
    public static StructuredCalendarSpec ToStructured(CalendarSpec calendar)
    {
        var structured = new StructuredCalendarSpec { Comment = calendar.Comment };
        List<string> problems = [];
        void Read(ICollection<Range> into, string text, CalendarField field)
        {
            try
            {
                foreach (var range in ToRanges(text, field))
                {
                    into.Add(range);
                }
            }
            catch (ScheduleSpecException problem)
            {
                problems.Add(problem.Message);
            }
        }

        Read(structured.Second, calendar.Second, CalendarField.Second);
        Read(structured.Minute, calendar.Minute, CalendarField.Minute);
        Read(structured.Hour, calendar.Hour, CalendarField.Hour);
        Read(structured.DayOfWeek, calendar.DayOfWeek, CalendarField.DayOfWeek);
        Read(structured.DayOfMonth, calendar.DayOfMonth, CalendarField.DayOfMonth);
        Read(structured.Month, calendar.Month, CalendarField.Month);
        Read(structured.Year, calendar.Year, CalendarField.Year);
        return problems.Count == 0 ? structured : throw new ScheduleSpecException(string.Join(", ", problems));
    }

    private static List<Range> ToRanges(string text, CalendarField field)
    {
        text = text.Trim();
        text = text.Length == 0 ? field.Default : text;
        List<Range> ranges = [];
        if (text == "*" && field.AllIsEmpty)
        {
            return ranges;
        }
        foreach (var part in text.Split(','))
        {
            var (body, step, hasStep) = SplitStep(part, field);
            var (start, end) = ReadBounds(body, hasStep, field);
            AddRange(ranges, start, end, step, field);
        }
        return ranges;
    }

    private static (string Body, int Step, bool HasStep) SplitStep(string part, CalendarField field)
    {
        var pieces = part.Split('/');
        if (pieces.Length == 1)
        {
            return (part, 1, false);
        }
        if (pieces.Length > 2)
        {
            throw new ScheduleSpecException($"{field.Name} has too many slashes");
        }
        if (pieces[1].Length == 0)
        {
            throw new ScheduleSpecException($"{field.Name} missing step value");
        }
        return int.TryParse(pieces[1], System.Globalization.NumberStyles.AllowLeadingSign, null, out var step) && step >= 1
            ? (pieces[0], step, true)
            : throw new ScheduleSpecException($"{field.Name} has invalid Step");
    }

    private static (int Start, int End) ReadBounds(string body, bool hasStep, CalendarField field)
    {
        if (body == "*")
        {
            return (field.Minimum, field.Maximum);
        }
        var pieces = body.Split('-');
        if (pieces.Length > 2)
        {
            throw new ScheduleSpecException($"{field.Name} has too many dashes");
        }
        var limits = $"in range [{field.Minimum}-{field.Maximum}]";
        if (!field.TryReadValue(pieces[0], field.Minimum, field.Maximum, out var start))
        {
            throw new ScheduleSpecException(pieces.Length == 1 ? $"{field.Name} is not {limits}" : $"{field.Name} Start is not {limits}");
        }
        if (pieces.Length == 1)
        {
            return (start, hasStep ? field.Maximum : start);
        }
        return field.TryReadValue(pieces[1], start, field.Maximum, out var end)
            ? (start, end)
            : throw new ScheduleSpecException($"{field.Name} End is before Start or not {limits}");
    }

    private static void AddRange(List<Range> ranges, int start, int end, int step, CalendarField field)
    {
        if (field.SevenIsSunday && end == field.Maximum)
        {
            // Day 7 is Sunday, day 0, and becomes a separate range. A range from 0 includes it already; 1-7 loses it, as on the
            // real server.
            if ((field.Maximum - start) % step == 0 && (step > 1 || start > 1))
            {
                ranges.Add(new Range());
                if (start == field.Maximum)
                {
                    return;
                }
            }
            end = field.Maximum - 1;
        }
        ranges.Add(new Range { Start = start, End = start == end ? 0 : end, Step = step == 1 ? 0 : step });
    }
}
