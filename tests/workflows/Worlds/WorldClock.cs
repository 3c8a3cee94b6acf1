using EmbeddedTemporal;

namespace OrderOrchestration.Tests.Workflows.Worlds;

/// <summary>The clock that the other teams live by: the Temporal server's, with what it skips.</summary>
internal sealed class WorldClock(EmbeddedTemporalServer server) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => server.CurrentTime;
}
