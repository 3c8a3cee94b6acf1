using EmbeddedTemporal.Visibility.Entries;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>A compiled list filter.</summary>
/// <param name="Matches">Returns whether a record matches.</param>
/// <param name="GroupBy">The attribute of the GROUP BY clause, if any.</param>
/// <param name="Names">The names of the attributes, as written in the filter.</param>
internal sealed record CompiledFilter(Predicate<VisibilityEntry> Matches, FilterColumn? GroupBy, IReadOnlySet<string> Names);

/// <summary>Resolves the names in a list filter, checks types and operators, and compiles it to a condition.</summary>
internal sealed class FilterCompiler
{
    private readonly IReadOnlyDictionary<string, IndexedValueType> custom;
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private bool hasDivision;

    private FilterCompiler(IReadOnlyDictionary<string, IndexedValueType> custom) => this.custom = custom;

    /// <summary>Compiles a filter for a namespace with these custom attributes.</summary>
    /// <exception cref="FilterException">The filter is malformed, has unknown attributes or operators that their types do not support.</exception>
    public static CompiledFilter Compile(string filter, IReadOnlyDictionary<string, IndexedValueType> custom) =>
        new FilterCompiler(custom).Compile(FilterParser.Parse(filter));

    private CompiledFilter Compile(FilterSyntax syntax)
    {
        if (syntax.OrderBy.Count > 0)
        {
            // Not supported by the real server's SQL visibility stores, which always use the list order.
            throw new FilterException($"{FilterException.NotSupported}: 'ORDER BY' clause");
        }
        var condition = syntax.Where is null ? null : Compile(syntax.Where);
        if (syntax.GroupBy.Count > 1)
        {
            throw new FilterException($"{FilterException.NotSupported}: 'GROUP BY' clause supports only a single field");
        }
        var group = syntax.GroupBy.Select(CompileGroup).FirstOrDefault();
        // A filter without a namespace division matches only workflows.
        var anyDivision = hasDivision;
        return new CompiledFilter(entry => (anyDivision || entry.Division is null) && (condition is null || condition(entry) == true), group, names);
    }

    private FilterColumn CompileGroup(FilterNode node)
    {
        var column = Resolve(node);
        return column.Name == SearchAttributeNames.ExecutionStatus
            ? column
            : throw new FilterException($"{FilterException.NotSupported}: 'GROUP BY' clause is only supported for ExecutionStatus");
    }

    private FilterCondition Compile(FilterNode node)
    {
        switch (node)
        {
            case ParenthesesNode parentheses:
                return Compile(parentheses.Inner);
            case NotNode not:
                var operand = Compile(not.Operand);
                return entry => !operand(entry);
            case AndNode and:
                var (first, second) = (Compile(and.Left), Compile(and.Right));
                return entry => first(entry) is var left && left == false ? false : left & second(entry);
            case OrNode or:
                var (one, other) = (Compile(or.Left), Compile(or.Right));
                return entry => one(entry) is var left && left == true ? true : left | other(entry);
            case ComparisonNode comparison:
                var column = Resolve(comparison.Left);
                return FilterComparison.Compile(column, comparison.Operator, FilterValue.Read(comparison.Right, column));
            case RangeNode range:
                var ranged = Resolve(range.Left);
                return FilterComparison.CompileRange(
                    ranged, range.Negated, FilterValue.Read(range.From, ranged), FilterValue.Read(range.To, ranged));
            case IsNode { What: "null" or "not null" } isNull:
                return FilterComparison.CompileIsNull(Resolve(isNull.Operand), isNull.What == "null");
            case IsNode isOther:
                Resolve(isOther.Operand);
                throw new FilterException(
                    $"{FilterException.InvalidExpression}: 'IS' operator can only be used as 'IS NULL' or 'IS NOT NULL'");
            case CallNode:
                throw new FilterException($"{FilterException.NotSupported}: function expression");
            case NameNode:
                throw new FilterException($"{FilterException.InvalidExpression}: incomplete expression");
            default:
                throw new FilterException($"{FilterException.NotSupported}: expression of type {node.Syntax}");
        }
    }

    private FilterColumn Resolve(FilterNode node)
    {
        var column = FilterColumn.Resolve(node, custom);
        names.Add(column.Alias);
        hasDivision |= column.Name == SearchAttributeNames.NamespaceDivision;
        return column;
    }
}
