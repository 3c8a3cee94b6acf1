using System.Globalization;

namespace OrderOrchestration.Tests.Bench;

/// <summary>Prints a figure as median with its range, so that noise shows.</summary>
internal static class Figures
{
    public static void Print(string name, string unit, IEnumerable<double> samples, int decimals = 1)
    {
        var sorted = samples.Order().ToList();
        string Shown(double value) => value.ToString($"N{decimals}", CultureInfo.InvariantCulture);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-40} {Shown(sorted[sorted.Count / 2]),10} {unit,-14} (min {Shown(sorted[0])}, max {Shown(sorted[^1])}, {sorted.Count} runs)"));
    }
}
