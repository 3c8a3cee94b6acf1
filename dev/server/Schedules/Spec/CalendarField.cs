namespace EmbeddedTemporal.Schedules.Spec;

/// <summary>A field of a calendar spec: its name in error messages, its range, its default, and the value names it accepts.</summary>
internal sealed record CalendarField(string Name, string Default, int Minimum, int Maximum)
{
    public const int FirstYear = 2000;

    /// <summary>The last year with matching times.</summary>
    public const int LastYear = 2100;

    private static readonly string[] MonthNames =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

    private static readonly string[] DayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    public static CalendarField Second { get; } = new("Second", "0", 0, 59);

    public static CalendarField Minute { get; } = new("Minute", "0", 0, 59);

    public static CalendarField Hour { get; } = new("Hour", "0", 0, 23);

    public static CalendarField DayOfMonth { get; } = new("DayOfMonth", "*", 1, 31);

    public static CalendarField Month { get; } = new("Month", "*", 1, 12) { Names = MonthNames, ShortestName = 3 };

    public static CalendarField Year { get; } = new("Year", "*", FirstYear, LastYear) { AllIsEmpty = true };

    /// <summary>Gets the day of the week in text form, in which Sunday is 0 or 7.</summary>
    public static CalendarField DayOfWeek { get; } = new("DayOfWeek", "*", 0, 7) { Names = DayNames, ShortestName = 2, SevenIsSunday = true };

    /// <summary>Gets a value indicating whether the canonical form of "every value" is an empty list of ranges.</summary>
    public bool AllIsEmpty { get; private init; }

    /// <summary>Gets a value indicating whether the largest value means the same as the smallest.</summary>
    public bool SevenIsSunday { get; private init; }

    private string[] Names { get; init; } = [];

    private int ShortestName { get; init; }

    /// <summary>Parses a number or a value name within two bounds.</summary>
    public bool TryReadValue(string text, int minimum, int maximum, out int value)
    {
        var index = -1;
        if (Names.Length > 0 && text.Length >= ShortestName)
        {
            for (var i = 0; i < Names.Length && index < 0; i++)
            {
                index = Names[i].StartsWith(text, StringComparison.OrdinalIgnoreCase) ? i : -1;
            }
        }
        value = index + Minimum;
        return (index >= 0 || int.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, null, out value))
            && value >= minimum && value <= maximum;
    }
}
