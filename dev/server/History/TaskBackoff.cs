namespace EmbeddedTemporal.History;

/// <summary>
/// How long a worker gets for a workflow task. A task that fails again and again is offered at once each time, and gets longer and longer: workers
/// leave such a task unanswered, so that its time-out is what the next try waits for (real server: workflow_task_state_machine.go).
/// </summary>
internal static class TaskBackoff
{
    /// <summary>After so many attempts the time grows.</summary>
    private const int EqualAttempts = 3;

    private static readonly TimeSpan Initial = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Gets how long a speculative task waits for a worker before it becomes a task like any other.</summary>
    public static TimeSpan SpeculativeScheduleToStart { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets for how long a worker may prolong a task by asking for another and saying nothing else.</summary>
    public static TimeSpan LongestProlonged { get; } = TimeSpan.FromMinutes(30);

    public static TimeSpan StartToClose(TimeSpan usual, int attempt)
    {
        if (attempt <= EqualAttempts)
        {
            return usual;
        }

        var seconds = Math.Min(Longest.TotalSeconds, Initial.TotalSeconds * Math.Pow(2, attempt - EqualAttempts - 1));
        return usual + TimeSpan.FromSeconds(seconds * (0.8 + (0.2 * Random.Shared.NextDouble())));
    }
}
