namespace EmbeddedTemporal.History.Limits;

/// <summary>
/// Start-to-close timeouts of workflow task attempts. A task that keeps failing is rescheduled without delay, and its timeout grows: workers do not respond
/// to such a task, so that the timeout is the back-off before the next attempt (real server: workflow_task_state_machine.go).
/// </summary>
internal static class TaskBackoff
{
    /// <summary>The number of attempts after which the timeout grows.</summary>
    private const int AttemptsWithoutBackoff = 3;

    private static readonly TimeSpan Initial = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Gets the schedule-to-start timeout of a speculative task on a normal queue.</summary>
    public static TimeSpan SpeculativeScheduleToStart { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the longest total duration of workflow task heartbeats, which request a new task without commands or messages.</summary>
    public static TimeSpan LongestProlonged { get; } = TimeSpan.FromMinutes(30);

    public static TimeSpan StartToClose(TimeSpan usual, int attempt)
    {
        if (attempt <= AttemptsWithoutBackoff)
        {
            return usual;
        }

        var seconds = Math.Min(Longest.TotalSeconds, Initial.TotalSeconds * Math.Pow(2, attempt - AttemptsWithoutBackoff - 1));
        return usual + TimeSpan.FromSeconds(seconds * (0.8 + (0.2 * Random.Shared.NextDouble())));
    }
}
