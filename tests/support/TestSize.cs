namespace OrderOrchestration.Tests;

/// <summary>How much a suite tries: by default what differs, for a run of a few minutes; with <c>ORDER_TESTS_THOROUGH=1</c>, as <c>.ci/run</c> sets it, more of each kind.</summary>
internal static class TestSize
{
    public static bool IsThorough { get; } = Environment.GetEnvironmentVariable("ORDER_TESTS_THOROUGH") == "1";

    /// <summary>How many random cases a property is tried with: a tenth by default.</summary>
    public static int Cases(int thorough) => IsThorough ? thorough : thorough / 10;
}
