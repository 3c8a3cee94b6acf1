using EmbeddedTemporal;

namespace OrderOrchestration.Tests.Operation.Night;

/// <summary>The clock of a Temporal server that skips time; delays that code waits for stay real.</summary>
internal sealed class SkippedClock(EmbeddedTemporalServer server) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => server.CurrentTime;
}
