using EmbeddedTemporal.Visibility.Entries;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>A search attribute a filter speaks of.</summary>
/// <param name="Alias">Its name in the filter.</param>
/// <param name="Name">Its own name.</param>
/// <param name="Type">The type of its values.</param>
internal sealed record FilterColumn(string Alias, string Name, IndexedValueType Type)
{
    /// <summary>Finds the attribute a name stands for: custom ones first, then the server's own, with or without their prefix.</summary>
    /// <exception cref="FilterException">There is none.</exception>
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
