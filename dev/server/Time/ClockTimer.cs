namespace EmbeddedTemporal.Time;

/// <summary>A callback waiting for its time on the <see cref="VirtualClock"/>.</summary>
internal sealed class ClockTimer(DateTime due, Func<Task> callback)
{
    private volatile bool cancelled;

    public DateTime Due { get; } = due;

    public Func<Task> Callback { get; } = callback;

    public bool IsCancelled => cancelled;

    public void Cancel() => cancelled = true;
}
