using System.Globalization;
using System.Text.RegularExpressions;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Tests.Architecture;

/// <summary>Every policy, every answered open question (핫스팟) of the domain and every case that once went wrong is found by searching the tests for its name (domain §4, style guide).</summary>
public sealed partial class NamedRulesTests
{
    private const int Hotspots = 26;
    private const int Cases = 30;

    private static readonly Lazy<IReadOnlyList<string>> TestNames = new(() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => TestMethod().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)),
    ]);

    [TestCaseSource(nameof(Policies))]
    public void A_policy_has_a_test_that_names_it(string policy) =>
        Assert.That(TestNames.Value.Where(name => name.Split('_').Contains(policy, StringComparer.Ordinal)), Is.Not.Empty);

    [TestCaseSource(nameof(Numbers))]
    public void A_hotspot_has_a_test_that_names_it(int hotspot) => Assert.That(TestNames.Value.Where(name => NumbersIn(name).Contains(hotspot)), Is.Not.Empty);

    [TestCaseSource(nameof(CaseNumbers))]
    public void A_case_that_went_wrong_has_a_test_that_names_it(int number) =>
        Assert.That(TestNames.Value.Where(name => name.StartsWith(string.Create(CultureInfo.InvariantCulture, $"Case_{number}_"), StringComparison.Ordinal)), Is.Not.Empty);

    private static IEnumerable<int> CaseNumbers() => Enumerable.Range(1, Cases);

    private static IEnumerable<string> Policies() =>
        typeof(OrderPolicies).GetProperties().Where(property => property.CanWrite).Select(property => property.Name);

    private static IEnumerable<int> Numbers() => Enumerable.Range(1, Hotspots);

    /// <summary><c>Hotspot_14_…</c>, <c>Hotspots_3_and_11_…</c>.</summary>
    private static IEnumerable<int> NumbersIn(string name) => HotspotNumbers().Match(name) is { Success: true } match
        ? match.Groups[1].Captures.Select(number => int.Parse(number.Value, CultureInfo.InvariantCulture))
        : [];

    [GeneratedRegex(@"public (?:async )?(?:Task|void) (\w+)\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"^Hotspots?(?:_(\d+)(?:_and)?)+_")]
    private static partial Regex HotspotNumbers();
}
