using System.ComponentModel.DataAnnotations;

namespace OrderOrchestration.Activities.Subscribers;

/// <summary>How events are delivered to subscribers: configuration section <c>EventRelay</c>.</summary>
public sealed class EventRelayOptions
{
    public const string Section = "EventRelay";

    /// <summary>How often the feed and the queues are polled while there is nothing to do.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>For how many orders events are sent to one subscriber in parallel, per worker.</summary>
    [Range(1, 100)]
    public int Parallelism { get; set; } = 8;

    /// <summary>How long a subscriber may take to answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The lease of a claimed order, renewed with each event; longer than <see cref="Timeout"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:30:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Pause before the second attempt; each further one is twice as long, up to <see cref="LongestPause"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:10:00")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(1);

    [Range(typeof(TimeSpan), "00:00:00.01", "06:00:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a failing event is retried before it becomes a dead letter.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromDays(3);
}
