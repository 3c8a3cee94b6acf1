namespace OrderOrchestration.Tests.Unit;

/// <summary>How many random cases a property is tried with: a tenth by default, all with <c>ORDER_TESTS_THOROUGH=1</c>, as <c>.ci/run</c> sets it.</summary>
internal static class PropertyCases
{
    private static readonly bool IsThorough = Environment.GetEnvironmentVariable("ORDER_TESTS_THOROUGH") == "1";

    public static int Of(int thorough) => IsThorough ? thorough : thorough / 10;
}
