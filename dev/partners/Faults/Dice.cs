namespace OrderOrchestration.Partners.Faults;

/// <summary>Seeded dice that can be taken up again where an earlier server put them down.</summary>
internal sealed class Dice
{
    private readonly Random random;

    /// <param name="seed">Where they start.</param>
    /// <param name="thrown">How often they were thrown before.</param>
    public Dice(int seed, long thrown = 0)
    {
        Seed = seed;
        random = new Random(seed);
        while (Thrown < thrown)
        {
            Next();
        }
    }

    public int Seed { get; }

    public long Thrown { get; private set; }

    /// <summary>0 to 1.</summary>
    public double Next()
    {
        Thrown++;
        return random.NextDouble();
    }
}
