using System.Globalization;

namespace OrderOrchestration.Partners.Teams;

/// <summary>
/// Identifiers the teams give out: readable, unique in a run, and (through the run's tag) never the same as those of an earlier run, which
/// a receiver with a durable memory would take for repetitions.
/// </summary>
internal sealed class Ids
{
    private readonly string run = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..8];
    private long last;

    public string Next(string kind) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}-{run}-{Interlocked.Increment(ref last)}");
}
