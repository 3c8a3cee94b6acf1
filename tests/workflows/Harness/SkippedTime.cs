using EmbeddedTemporal;

namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>The clock that the other teams live by: the Temporal server's, with what it skips.</summary>
internal sealed class SkippedTime(EmbeddedTemporalServer server) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => server.CurrentTime;
}
