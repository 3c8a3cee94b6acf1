namespace EmbeddedTemporal.Time;

/// <summary>A timer of the <see cref="VirtualClock"/>.</summary>
internal sealed class ClockTimer(DateTime due, Func<Task> callback, Action cancelled)
{
    private volatile Func<Task>? pending = callback;

    public DateTime Due { get; } = due;

    public bool IsCancelled => pending is null;

    /// <summary>Takes the callback, which is returned only once; null when the timer has fired or is cancelled.</summary>
    public Func<Task>? Take() => Interlocked.Exchange(ref pending, null);

    /// <summary>Cancels the timer and releases its callback; the timer itself may stay in the clock's queue until it is due.</summary>
    public void Cancel()
    {
        if (Take() is not null)
        {
            cancelled();
        }
    }
}
