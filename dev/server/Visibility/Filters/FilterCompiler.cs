using EmbeddedTemporal.Visibility.Entries;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>A list filter ready to be held against records.</summary>
/// <param name="Matches">Whether a record is in the answer.</param>
/// <param name="GroupBy">The attribute to count by, if any.</param>
/// <param name="Names">The attributes it speaks of, as it calls them.</param>
internal sealed record CompiledFilter(Predicate<VisibilityEntry> Matches, FilterColumn? GroupBy, IReadOnlySet<string> Names);

/// <summary>Resolves the names in a list filter, checks types and operators, and makes a condition of it.</summary>
internal sealed class FilterCompiler
{
    private readonly IReadOnlyDictionary<string, IndexedValueType> custom;
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private bool sawDivision;

    private FilterCompiler(IReadOnlyDictionary<string, IndexedValueType> custom) => this.custom = custom;

    /// <summary>Compiles a filter for a namespace with these custom attributes.</summary>
    /// <exception cref="FilterException">The filter is malformed, speaks of unknown attributes or asks what their types cannot answer.</exception>
    public static CompiledFilter Compile(string filter, IReadOnlyDictionary<string, IndexedValueType> custom) =>
        new FilterCompiler(custom).Compile(FilterParser.Parse(filter));

    private CompiledFilter Compile(FilterSyntax syntax)
    {
        if (syntax.OrderBy.Count > 0)
        {
            // No SQL store has it: the order is that of the list, newest first.
            throw new FilterException($"{FilterException.NotSupported}: 'ORDER BY' clause");
        }
        var condition = syntax.Where is null ? null : Compile(syntax.Where);
        if (syntax.GroupBy.Count > 1)
        {
            throw new FilterException($"{FilterException.NotSupported}: 'GROUP BY' clause supports only a single field");
        }
        var group = syntax.GroupBy.Select(CompileGroup).FirstOrDefault();
        // Who does not ask for a division means workflows.
        var anyDivision = sawDivision;
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
        sawDivision |= column.Name == SearchAttributeNames.NamespaceDivision;
        return column;
    }
}
