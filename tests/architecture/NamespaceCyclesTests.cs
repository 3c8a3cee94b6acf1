using System.Reflection;
using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace OrderOrchestration.Tests.Architecture;

/// <summary>No two namespaces of a project depend on each other, directly or through others: each can be changed with those below it alone.</summary>
public sealed class NamespaceCyclesTests
{
    private static readonly Dictionary<string, Assembly> Projects = new()
    {
        ["workflows"] = typeof(Workflows.Money.Won).Assembly,
        ["activities"] = typeof(Activities.Store.OrderDatabase).Assembly,
        ["defaults"] = Assembly.Load("OrderOrchestration.ServiceDefaults"),
        ["worker"] = Assembly.Load("OrderOrchestration.Worker"),
        ["api"] = Assembly.Load("OrderOrchestration.Api"),
        ["dev/server"] = typeof(EmbeddedTemporal.EmbeddedTemporalServer).Assembly,
        ["dev/partners"] = Assembly.Load("OrderOrchestration.Partners"),
        ["dev/host"] = Assembly.Load("OrderOrchestration.DevHost"),
    };

    [TestCaseSource(nameof(Names))]
    public void No_namespace_of_a_project_reaches_itself_through_another(string project)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(Projects[project].Location);
        var cycles = Cycles(Uses(assembly.MainModule)).ToList();

        Assert.That(cycles, Is.Empty, () => string.Join(Environment.NewLine, cycles));
    }

    private static Dictionary<string, Assembly>.KeyCollection Names() => Projects.Keys;

    /// <summary>Each namespace with those that it uses, and for each of them the types that do.</summary>
    private static Dictionary<string, Dictionary<string, HashSet<string>>> Uses(ModuleDefinition module)
    {
        var own = module.GetAllTypes().Where(type => !IsGenerated(type)).ToList();
        var uses = own.Select(NamespaceOf).Distinct().ToDictionary(name => name, _ => new Dictionary<string, HashSet<string>>());
        foreach (var type in own)
        {
            foreach (var used in Referenced(type).Select(used => used.Resolve()).OfType<TypeDefinition>().Where(used => used.Module == module && !IsGenerated(used)))
            {
                var (from, to) = (NamespaceOf(type), NamespaceOf(used));
                if (from != to)
                {
                    (uses[from].TryGetValue(to, out var pairs) ? pairs : uses[from][to] = []).Add($"{Outermost(type).Name} → {Outermost(used).Name}");
                }
            }
        }

        return uses;
    }

    private static IEnumerable<string> Cycles(Dictionary<string, Dictionary<string, HashSet<string>>> uses)
    {
        HashSet<string> ReachableFrom(string start)
        {
            var reached = new HashSet<string>();
            var open = new Stack<string>([start]);
            while (open.TryPop(out var name))
            {
                foreach (var next in uses[name].Keys.Where(reached.Add))
                {
                    open.Push(next);
                }
            }

            return reached;
        }

        var reachable = uses.Keys.ToDictionary(name => name, ReachableFrom);
        return
            from use in uses
            from to in use.Value
            where reachable[to.Key].Contains(use.Key)
            orderby use.Key, to.Key
            select $"{use.Key} → {to.Key}: {string.Join(", ", to.Value.Order().Take(6))}";
    }

    private static IEnumerable<TypeReference> Referenced(TypeDefinition type)
    {
        var direct = new List<TypeReference?> { type.BaseType };
        direct.AddRange(type.Interfaces.Select(implemented => implemented.InterfaceType));
        direct.AddRange(type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType));
        direct.AddRange(Attributes(type));
        direct.AddRange(type.Fields.Select(field => field.FieldType));
        direct.AddRange(type.Fields.SelectMany(Attributes));
        direct.AddRange(type.Properties.SelectMany(Attributes));
        foreach (var method in type.Methods)
        {
            direct.AddRange(Attributes(method));
            direct.Add(method.ReturnType);
            direct.AddRange(method.Parameters.Select(parameter => parameter.ParameterType));
            direct.AddRange(method.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType));
            if (method.HasBody)
            {
                direct.AddRange(method.Body.Variables.Select(variable => variable.VariableType));
                direct.AddRange(method.Body.Instructions.SelectMany(instruction => OfOperand(instruction.Operand)));
            }
        }

        return direct.OfType<TypeReference>().SelectMany(Parts);
    }

    private static IEnumerable<TypeReference?> OfOperand(object? operand) => operand switch
    {
        TypeReference used => [used],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments, .. method.Parameters.Select(parameter => parameter.ParameterType)],
        MethodReference method => [method.DeclaringType, method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType)],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    private static IEnumerable<TypeReference> Attributes(Mono.Cecil.ICustomAttributeProvider provider) => provider.CustomAttributes.Select(attribute => attribute.AttributeType);

    /// <summary>A type with all that it is made of: element types and arguments.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        GenericParameter => [],
        TypeSpecification made => Parts(made.ElementType),
        _ => [type],
    };

    private static bool IsGenerated(TypeDefinition type) => NamespaceOf(type).Length == 0 || NamespaceOf(type).StartsWith("System.", StringComparison.Ordinal)
        || NamespaceOf(type).StartsWith("Microsoft.", StringComparison.Ordinal);

    private static string NamespaceOf(TypeDefinition type) => Outermost(type).Namespace;

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
