using System.Globalization;
using OrderOrchestration.Partners.Scheduling;

namespace OrderOrchestration.Partners.Options;

/// <summary>The random delay before each step of a team (a decision on a payment, a courier's next scan).</summary>
/// <param name="Shortest">The minimum delay.</param>
/// <param name="Longest">The maximum delay.</param>
/// <param name="ByHand">Steps do not run automatically: they wait in <see cref="StepQueue"/> until they are run by hand.</param>
public sealed record StepDelay(TimeSpan Shortest, TimeSpan Longest, bool ByHand = false)
{
    /// <summary>0.3 to 1 second per step, for demonstrations.</summary>
    public static StepDelay Demo { get; } = new(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(1));

    /// <summary>No delay.</summary>
    public static StepDelay Instant { get; } = new(TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>Every step is run by hand.</summary>
    public static StepDelay Manual { get; } = new(TimeSpan.Zero, TimeSpan.Zero, ByHand: true);

    /// <summary>A fixed delay before every step, on the clock of <see cref="PartnersOptions.TimeProvider"/>.</summary>
    public static StepDelay Every(TimeSpan step) => new(step, step);

    /// <summary>Reads <c>demo</c>, <c>instant</c>, <c>manual</c>, or a duration such as <c>00:00:02</c>.</summary>
    /// <exception cref="FormatException">The text is none of them.</exception>
    public static StepDelay Parse(string text) => text.ToLowerInvariant() switch
    {
        "demo" => Demo,
        "instant" => Instant,
        "manual" => Manual,
        _ when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var step) && step >= TimeSpan.Zero => Every(step),
        _ => throw new FormatException($"'{text}' is no step delay: demo, instant, manual, or a duration such as 00:00:02"),
    };

    internal TimeSpan Pause(Random random) => Shortest + ((Longest - Shortest) * random.NextDouble());
}
