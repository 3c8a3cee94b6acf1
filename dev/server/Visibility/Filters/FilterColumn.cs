using EmbeddedTemporal.Visibility.Entries;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>A search attribute in a filter.</summary>
/// <param name="Alias">The name in the filter.</param>
/// <param name="Name">The name of the search attribute.</param>
/// <param name="Type">The type of its values.</param>
internal sealed record FilterColumn(string Alias, string Name, IndexedValueType Type)
{
    /// <summary>Resolves a name: custom attributes first, then predefined and system ones, with or without the Temporal prefix.</summary>
    /// <exception cref="FilterException">The node is not a name, or the name is unknown.</exception>
    public static FilterColumn Resolve(FilterNode node, IReadOnlyDictionary<string, IndexedValueType> custom)
    {
        if (node is not NameNode { Name: var alias })
        {
            throw new FilterException($"{FilterException.InvalidExpression}: must be a column name but was {node.Syntax}");
        }
        foreach (var name in (ReadOnlySpan<string>)[alias, Other(alias)])
        {
            if (custom.TryGetValue(name, out var type)
                || SearchAttributeNames.Predefined.TryGetValue(name, out type)
                || SearchAttributeNames.Facts.TryGetValue(name, out type))
            {
                return new FilterColumn(alias, name, type);
            }
        }
        throw new FilterException($"{FilterException.InvalidExpression}: column name '{alias}' is not a valid search attribute");
    }

    private static string Other(string alias)
    {
        var prefixed = alias.StartsWith(SearchAttributeNames.ReservedPrefix, StringComparison.Ordinal);
        var bare = prefixed ? alias[SearchAttributeNames.ReservedPrefix.Length..] : alias;
        return bare == SearchAttributeNames.ScheduleId ? SearchAttributeNames.WorkflowId
            : prefixed ? bare
            : SearchAttributeNames.ReservedPrefix + alias;
    }
}
