using System.Text.RegularExpressions;
using OrderOrchestration.Tests.Operation.Support;

namespace OrderOrchestration.Tests.Operation.Deploying;

/// <summary>README and the pages of operations agree with the programs.</summary>
public sealed partial class PagesTests
{
    [TestCaseSource(nameof(Pages))]
    public void Each_setting_that_a_page_names_exists(string page)
    {
        var named = Setting().Matches(File.ReadAllText(Repository.File(page.Split('/')))).Select(match => match.Value).Distinct();

        Assert.That(named.Where(name => !KnownSettings.Exists(name)), Is.Empty);
    }

    [TestCaseSource(nameof(Pages))]
    public void Each_page_that_a_page_points_to_is_there(string page)
    {
        var folder = Path.GetDirectoryName(Repository.File(page.Split('/')))!;
        var links = Link().Matches(File.ReadAllText(Repository.File(page.Split('/')))).Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal));

        Assert.That(links.Where(target => !Path.Exists(Path.GetFullPath(target, folder))), Is.Empty);
    }

    private static IEnumerable<string> Pages() => Directory.EnumerateFiles(Repository.File("docs", "operations"), "*.md", SearchOption.AllDirectories)
        .Append(Repository.File("README.md"))
        .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'));

    /// <summary>A setting in its environment form, written out: nothing is left to be put in.</summary>
    [GeneratedRegex(@"(?<![\w<…])[A-Z][A-Za-z]+(?:__[A-Za-z0-9]+)+(?![\w<…])(?!__)")]
    private static partial Regex Setting();

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
