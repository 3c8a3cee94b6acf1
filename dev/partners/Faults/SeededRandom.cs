namespace OrderOrchestration.Partners.Faults;

/// <summary>A seeded random sequence that can be resumed at the position an earlier server reached.</summary>
internal sealed class SeededRandom
{
    private readonly Random random;

    /// <param name="seed">The seed.</param>
    /// <param name="thrown">How many numbers were drawn before.</param>
    public SeededRandom(int seed, long thrown = 0)
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

    /// <summary>The next number, from 0 (inclusive) to 1 (exclusive).</summary>
    public double Next()
    {
        Thrown++;
        return random.NextDouble();
    }
}
