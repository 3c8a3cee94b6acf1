using EmbeddedTemporal;

namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>The clock of the other teams: the Temporal server's, skipped time included.</summary>
internal sealed class SkippedTime(EmbeddedTemporalServer server) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => server.CurrentTime;
}
