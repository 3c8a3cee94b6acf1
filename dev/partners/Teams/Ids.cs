using System.Globalization;

namespace OrderOrchestration.Partners.Teams;

/// <summary>
/// Creates readable ids. A random tag per run makes them different from the ids of earlier runs, which a receiver with durable state would treat as
/// duplicates.
/// </summary>
internal sealed class Ids
{
    private readonly string run = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..8];
    private long last;

    public string Next(string kind) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}-{run}-{Interlocked.Increment(ref last)}");
}
