namespace EmbeddedTemporal.Time;

/// <summary>A callback waiting for its time on the <see cref="VirtualClock"/>.</summary>
internal sealed class ClockTimer(DateTime due, Func<Task> callback, Action cancelled)
{
    private volatile Func<Task>? pending = callback;

    public DateTime Due { get; } = due;

    public bool IsCancelled => pending is null;

    /// <summary>Takes the callback, which nobody can take a second time; null when the timer is cancelled.</summary>
    public Func<Task>? Take() => Interlocked.Exchange(ref pending, null);

    /// <summary>Lets go of the callback and all it holds, though the clock may keep the timer until it is due.</summary>
    public void Cancel()
    {
        if (Take() is not null)
        {
            cancelled();
        }
    }
}
