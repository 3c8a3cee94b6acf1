using System.Globalization;

namespace OrderOrchestration.Tests.Bench;

/// <summary>Prints a figure as median with its range, so that noise shows.</summary>
internal static class Figures
{
    public static void Print(string name, string unit, IEnumerable<double> samples)
    {
        var sorted = samples.Order().ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-40} {sorted[sorted.Count / 2],10:N1} {unit,-14} (min {sorted[0]:N1}, max {sorted[^1]:N1}, {sorted.Count} runs)"));
    }
}
