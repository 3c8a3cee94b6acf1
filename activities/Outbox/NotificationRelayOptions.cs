using System.ComponentModel.DataAnnotations;

namespace OrderOrchestration.Activities.Outbox;

/// <summary>How notifications are delivered: configuration section <c>Outbox</c>.</summary>
public sealed class NotificationRelayOptions
{
    public const string Section = "Outbox";

    /// <summary>How often the outbox is polled while it is empty.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The lease of a claimed notification; longer than a whole batch may take.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "00:30:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How many notifications one poll claims.</summary>
    [Range(1, 200)]
    public int BatchSize { get; set; } = 10;

    /// <summary>Pause before the second attempt; each further one is twice as long, up to <see cref="LongestPause"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:10:00")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(1);

    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an undelivered notification is retried before it is dead: a message of last week is of no use.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "14.00:00:00")]
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromDays(1);
}
