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

    /// <summary>Prints how long callers waited: what half, 95 and 99 of a hundred had to.</summary>
    public static void PrintPercentiles(string name, IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToList();
        double At(double share) => sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(share * sorted.Count) - 1)];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-40} {At(0.5),10:N1} ms, median (p95 {At(0.95):N1}, p99 {At(0.99):N1}, {sorted.Count} orders)"));
    }
}
