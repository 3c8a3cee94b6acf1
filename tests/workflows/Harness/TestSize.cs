namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>How much the suite tries: by default what differs, for a run of a few minutes; with <c>ORDER_TESTS_THOROUGH=1</c>, as <c>.ci/run</c> sets it, more of each kind.</summary>
internal static class TestSize
{
    public static bool IsThorough { get; } = Environment.GetEnvironmentVariable("ORDER_TESTS_THOROUGH") == "1";
}
