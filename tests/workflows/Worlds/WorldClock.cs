namespace OrderOrchestration.Tests.Workflows.Worlds;

/// <summary>The clock that the other teams live by: it runs with the wall and jumps with the Temporal server's.</summary>
internal sealed class WorldClock : TimeProvider
{
    private TimeSpan ahead;

    public void JumpTo(DateTimeOffset now) => ahead = now - base.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
}
