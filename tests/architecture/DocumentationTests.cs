using System.Reflection;
using System.Xml.Linq;

namespace OrderOrchestration.Tests.Architecture;

/// <summary>Public types are documented (style guide): the compiler writes the documentation file, this test reads it.</summary>
public sealed class DocumentationTests
{
    [TestCaseSource(nameof(Assemblies))]
    public void A_public_type_has_a_summary(Assembly assembly)
    {
        var documented = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .Where(member => !string.IsNullOrWhiteSpace(member.Element("summary")?.Value) || member.Element("inheritdoc") is not null)
            .Select(member => member.Attribute("name")!.Value)
            .ToHashSet();

        var bare = assembly.GetExportedTypes()
            .Where(type => type.Name != "Program" && !type.FullName!.Contains('<', StringComparison.Ordinal) // Extension blocks have no name of their own.
                && !documented.Contains("T:" + type.FullName!.Replace('+', '.')))
            .Select(type => type.FullName);

        Assert.That(bare, Is.Empty);
    }

    private static IEnumerable<TestCaseData> Assemblies() =>
        new[]
        {
            typeof(Workflows.Money.Won).Assembly,
            typeof(Activities.Store.Orders.IOrderStore).Assembly,
            Assembly.Load("OrderOrchestration.ServiceDefaults"),
            Assembly.Load("OrderOrchestration.Worker"),
            Assembly.Load("OrderOrchestration.Api"),
            Assembly.Load("OrderOrchestration.Partners"),
            Assembly.Load("OrderOrchestration.DevHost"),
            Assembly.Load("embedded-temporal"),
        }.Select(assembly => new TestCaseData(assembly).SetArgDisplayNames(assembly.GetName().Name!));
}
