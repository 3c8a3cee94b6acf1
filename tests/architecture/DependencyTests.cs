using System.Xml.Linq;
using NetArchTest.Rules;

namespace OrderOrchestration.Tests.Architecture;

/// <summary>Dependencies point one way: api, worker → defaults → activities → workflows; dev/host → all; nothing else → dev (design §1).</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["workflows"] = [],
        ["activities"] = ["workflows"],
        ["defaults"] = ["activities"],
        ["worker"] = ["activities", "defaults"],
        ["api"] = ["activities", "defaults"],
        ["dev/server"] = [],
        ["dev/partners"] = [],
        ["dev/host"] = ["api", "worker", "dev/partners", "dev/server"],
    };

    [TestCaseSource(nameof(Projects))]
    public void A_project_references_only_what_its_layer_may(string project)
    {
        var file = Directory.GetFiles(Path.Combine(Repository.Root, project), "*.csproj").Single();
        var references = XDocument.Load(file).Descendants("ProjectReference")
            .Select(reference => Path.GetFullPath(reference.Attribute("Include")!.Value, Path.GetDirectoryName(file)!))
            .Select(path => Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(path)!).Replace('\\', '/'));

        Assert.That(references, Is.SubsetOf(Allowed[project]));
    }

    [Test]
    public void Every_project_outside_the_tests_has_its_place_in_the_rule()
    {
        var projects = Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(file)!).Replace('\\', '/'))
            .Where(folder => !folder.StartsWith("tests/", StringComparison.Ordinal));

        Assert.That(projects, Is.EquivalentTo(Allowed.Keys));
    }

    [Test]
    public void Workflows_know_the_workflow_api_and_nothing_that_does_input_or_output()
    {
        var result = Types.InAssembly(typeof(Workflows.Money.Won).Assembly).ShouldNot().HaveDependencyOnAny(
            "Temporalio.Client", "Temporalio.Worker", "Temporalio.Testing", "System.Net.Http", "System.Data", "Dapper", "Npgsql",
            "Microsoft.Data.Sqlite", "Microsoft.AspNetCore", "System.IO.File", "System.IO.Directory").GetResult();

        Assert.That(result.FailingTypeNames ?? [], Is.Empty);
    }

    private static Dictionary<string, string[]>.KeyCollection Projects() => Allowed.Keys;
}
