namespace EmbeddedTemporal.Frontend;

/// <summary>What a handler knows of its caller.</summary>
/// <param name="Deadline">When the caller gives up (UTC wall time).</param>
/// <param name="Cancellation">Cancelled when the caller has gone.</param>
internal sealed record CallContext(DateTime Deadline, CancellationToken Cancellation)
{
    /// <summary>How long before the caller's deadline a long poll ends, so that its answer still arrives.</summary>
    private static readonly TimeSpan AnswerMargin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <summary>Answers how long a long poll may wait.</summary>
    public TimeSpan LongPoll(TimeSpan atMost)
    {
        var left = Deadline - DateTime.UtcNow - AnswerMargin;
        var wait = left < atMost ? left : atMost;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < Longest ? wait : Longest;
    }
}
