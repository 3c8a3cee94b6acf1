using EmbeddedTemporal.Visibility.Entries;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>Compiles conditions on one attribute.</summary>
internal static class FilterComparison
{
    /// <summary>Compiles the comparison of an attribute with a value, or with several values for IN.</summary>
    /// <exception cref="FilterException">The operator is not supported for attributes of this type.</exception>
    public static FilterCondition Compile(FilterColumn column, string comparison, object value)
    {
        if (!IsSupported(column.Type, comparison))
        {
            throw new FilterException(
                $"{FilterException.NotSupported}: operator '{comparison.ToUpperInvariant()}' not supported for {column.Type} type search attribute '{column.Alias}'");
        }
        return column.Type switch
        {
            IndexedValueType.KeywordList => CompileKeywordList(column, comparison, value),
            IndexedValueType.Text => CompileText(column, comparison, value),
            _ => CompileScalar(column, comparison, value),
        };
    }

    /// <summary>Compiles BETWEEN, a closed range.</summary>
    /// <exception cref="FilterException">Ranges are not supported for attributes of this type.</exception>
    public static FilterCondition CompileRange(FilterColumn column, bool negated, object from, object to)
    {
        if (column.Type is not (IndexedValueType.Datetime or IndexedValueType.Double or IndexedValueType.Int or IndexedValueType.Keyword))
        {
            throw new FilterException(
                $"{FilterException.InvalidExpression}: cannot do range condition on search attribute '{column.Alias}' of type {column.Type}");
        }
        var get = VisibilityEntry.Getter(column.Name);
        return entry => get(entry) is { } value
            ? (FilterOrdering.Compare(value, from) >= 0 && FilterOrdering.Compare(value, to) <= 0) != negated
            : null;
    }

    /// <summary>Compiles IS NULL and IS NOT NULL.</summary>
    public static FilterCondition CompileIsNull(FilterColumn column, bool isNull)
    {
        var get = VisibilityEntry.Getter(column.Name);
        return entry => get(entry) is null == isNull;
    }

    private static bool IsSupported(IndexedValueType type, string comparison) => comparison switch
    {
        "=" or "!=" => true,
        "in" or "not in" => type != IndexedValueType.Text,
        "<" or "<=" or ">" or ">=" => type is not (IndexedValueType.KeywordList or IndexedValueType.Text),
        "starts_with" or "not starts_with" => type == IndexedValueType.Keyword,
        _ => false,
    };

    private static FilterCondition CompileScalar(FilterColumn column, string comparison, object value)
    {
        var get = VisibilityEntry.Getter(column.Name);
        Func<object, bool> test = comparison switch
        {
            "=" => actual => FilterOrdering.Compare(actual, value) == 0,
            "!=" => actual => FilterOrdering.Compare(actual, value) != 0,
            "<" => actual => FilterOrdering.Compare(actual, value) < 0,
            "<=" => actual => FilterOrdering.Compare(actual, value) <= 0,
            ">" => actual => FilterOrdering.Compare(actual, value) > 0,
            ">=" => actual => FilterOrdering.Compare(actual, value) >= 0,
            "in" => actual => ((object[])value).Any(item => FilterOrdering.Compare(actual, item) == 0),
            "not in" => actual => !((object[])value).Any(item => FilterOrdering.Compare(actual, item) == 0),
            "starts_with" => actual => ((string)actual).StartsWith(Prefix(comparison, value), StringComparison.Ordinal),
            _ => actual => !((string)actual).StartsWith(Prefix(comparison, value), StringComparison.Ordinal),
        };
        if (comparison.EndsWith("starts_with", StringComparison.Ordinal))
        {
            _ = Prefix(comparison, value);
        }
        return entry => get(entry) is { } actual ? test(actual) : null;
    }

    private static string Prefix(string comparison, object value) => value as string ?? throw new FilterException(
        $"{FilterException.InvalidExpression}: right-hand side of \"{comparison}\" operator must be a literal string (got: {value})");

    // For a record without the attribute, conditions on keyword lists and texts are false or true, never unknown.
    private static FilterCondition CompileKeywordList(FilterColumn column, string comparison, object value)
    {
        var get = VisibilityEntry.Getter(column.Name);
        var operands = (value as object[] ?? [value]).Select(item => item as string ?? throw NoText(item)).ToHashSet(StringComparer.Ordinal);
        var expected = comparison is "=" or "in";
        return entry => (get(entry) is string[] keywords && keywords.Any(operands.Contains)) == expected;
    }

    private static FilterCondition CompileText(FilterColumn column, string comparison, object value)
    {
        var get = VisibilityEntry.Getter(column.Name);
        var phrases = (value as string ?? throw NoText(value)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(TextWords.Of).ToArray();
        if (phrases.Length == 0)
        {
            throw new FilterException(
                $"{FilterException.InvalidExpression}: unexpected value for Text type search attribute (no tokens found)");
        }
        return entry => (get(entry) is string text && TextWords.ContainAny(TextWords.Of(text), phrases)) == (comparison == "=");
    }

    private static FilterException NoText(object value) =>
        new($"{FilterException.InvalidExpression}: unexpected value type (expected string, got {value})");
}
