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

    [GeneratedRegex("\"resolved\": *\"https?://")]
    private static partial Regex ResolvedAddress();
}
