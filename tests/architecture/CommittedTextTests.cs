using System.Text.RegularExpressions;

namespace OrderOrchestration.Tests.Architecture;

/// <summary>Texts that must not be in the tree.</summary>
public sealed partial class CommittedTextTests
{
    [Test]
    public void A_lock_file_names_no_download_address()
    {
        var offenders = Directory.EnumerateFiles(Repository.Root, "*lock*.json", SearchOption.AllDirectories)
            .Where(file => !file.Contains("node_modules", StringComparison.Ordinal))
            .Where(file => ResolvedAddress().IsMatch(File.ReadAllText(file)));

        Assert.That(offenders, Is.Empty);
    }

    [Test]
    public void A_recorded_history_names_no_place_on_a_machine()
    {
        var offenders = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "workflows", "Histories"), "*.json", SearchOption.AllDirectories)
            .Where(file => SourceLine().IsMatch(File.ReadAllText(file)));

        Assert.That(offenders, Is.Empty);
    }

    [GeneratedRegex(@" in \S+\.cs:line \d+")]
    private static partial Regex SourceLine();

    [GeneratedRegex("\"resolved\": *\"https?://")]
    private static partial Regex ResolvedAddress();
}
