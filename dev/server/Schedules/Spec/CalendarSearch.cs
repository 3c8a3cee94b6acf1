namespace EmbeddedTemporal.Schedules.Spec;

/// <summary>
/// The state of a search for a matching calendar time: wall clock fields that may have overflowed, and whether the search is in the
/// second pass through an hour that is repeated at the end of daylight saving time.
/// </summary>
internal struct CalendarSearch
{
    private readonly ZonedClock clock;
    private bool repeated;

    /// <summary>Initializes a search that starts one second after an instant.</summary>
    public CalendarSearch(ZonedClock clock, DateTime utc)
    {
        this.clock = clock;
        var wall = clock.ToWall(utc);
        (Year, Month, Day, Hour, Minute, Second) = (wall.Year, wall.Month, wall.Day, wall.Hour, wall.Minute, wall.Second + 1);
        repeated = clock.ToWall(utc.AddHours(-1)).Hour == wall.Hour;
    }

    public int Year { get; private set; }

    public int Month { get; private set; }

    public int Day { get; private set; }

    public int Hour { get; private set; }

    public int Minute { get; private set; }

    public int Second { get; private set; }

    public readonly DayOfWeek DayOfWeek => clock.ToWall(clock.ToUtc(Wall(Hour, Minute, Second))).DayOfWeek;

    /// <summary>Carries overflowed fields into the next ones.</summary>
    /// <returns>False beyond the last year with matching times.</returns>
    public bool Normalize()
    {
        if (Second >= 60)
        {
            (Minute, Second) = (Minute + 1, 0);
        }
        if (Minute >= 60)
        {
            CarryHour();
        }
        if (Hour >= 24)
        {
            (Day, Hour) = (Day + 1, 0);
        }
        if (Month <= 12 && Day > DateTime.DaysInMonth(Year, Month))
        {
            (Month, Day) = (Month + 1, 1);
        }
        if (Month > 12)
        {
            (Year, Month) = (Year + 1, 1);
        }
        return Year <= CalendarField.LastYear;
    }

    public void NextYear() => StartAt(Year + 1, 1, 1, 0);

    public void NextMonth() => StartAt(Year, Month + 1, 1, 0);

    public void NextDay() => StartAt(Year, Month, Day + 1, 0);

    public void NextHour() => StartAt(Year, Month, Day, Hour + 1);

    public void NextMinute() => (Minute, Second) = (Minute + 1, 0);

    public void NextSecond() => Second++;

    /// <summary>Returns the instant of the current fields; if daylight saving time skips that wall time, advances to the next hour and returns false.</summary>
    public bool TryFound(out DateTime utc)
    {
        utc = clock.ToUtc(Wall(Hour, Minute, Second));
        if (clock.ToWall(utc).Hour != Hour)
        {
            (Hour, Minute, Second) = (Hour + 1, 0, 0);
            return false;
        }
        utc = DateTime.SpecifyKind(repeated ? utc.AddHours(1) : utc, DateTimeKind.Utc);
        return true;
    }

    private void StartAt(int year, int month, int day, int hour)
    {
        (Year, Month, Day, Hour, Minute, Second) = (year, month, day, hour, 0, 0);
        repeated = false;
    }

    private void CarryHour()
    {
        var before = clock.ToUtc(Wall(Hour, 0, 0));
        var after = clock.ToUtc(Wall(Hour + 1, 0, 0));
        // If the next wall clock hour is two hours away, the current hour is repeated.
        var repeats = !repeated && after - before > TimeSpan.FromHours(1);
        (Hour, Minute) = (repeats ? Hour : Hour + 1, 0);
        repeated = repeats;
    }

    private readonly DateTime Wall(int hour, int minute, int second) =>
        new DateTime(Year, Month, Day).AddHours(hour).AddMinutes(minute).AddSeconds(second);
}
