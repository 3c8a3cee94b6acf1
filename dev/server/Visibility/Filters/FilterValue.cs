using EmbeddedTemporal.Visibility.Entries;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>Converts the operands of comparisons to the types of attribute values.</summary>
internal static class FilterValue
{
    /// <summary>Returns the value of a literal for an attribute: string, number, boolean or UTC time; for IN, an array of these.</summary>
    /// <exception cref="FilterException">The literal cannot be compared with the attribute.</exception>
    public static object Read(FilterNode node, FilterColumn column) => node switch
    {
        TupleNode tuple => tuple.Items.Select(item => Read(item, column)).ToArray(),
        LiteralNode { Value: bool value } => value,
        LiteralNode { Value: string text } => ReadLiteral(text.Trim('\''), column),
        LiteralNode literal => ReadLiteral(literal.Value, column),
        CallNode => throw new FilterException($"{FilterException.NotSupported}: nested func"),
        NameNode name => throw new FilterException(
            $"{FilterException.NotSupported}: column name on the right side of comparison expression (did you forget to quote \"{name.Name}\"?)"),
        _ => throw new FilterException($"{FilterException.InvalidExpression}: unexpected value type {node.Syntax}"),
    };

    private static object ReadLiteral(object value, FilterColumn column) => column.Name switch
    {
        SearchAttributeNames.ExecutionStatus => ReadStatus(value),
        SearchAttributeNames.ExecutionDuration => ReadDuration(value),
        _ => ReadTyped(value, column),
    };

    private static object ReadTyped(object value, FilterColumn column) => (column.Type, value) switch
    {
        (IndexedValueType.Int or IndexedValueType.Double, long or double) => value,
        (IndexedValueType.Int or IndexedValueType.Double or IndexedValueType.Bool, string text) when LiteralText.Read(text, column.Type) is { } read => read,
        (IndexedValueType.Datetime, long nanoseconds) => Rfc3339.Truncate(DateTime.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick)),
        (IndexedValueType.Datetime, string text) => Rfc3339.TryParse(text, out var time)
            ? time
            : throw new FilterException($"{FilterException.InvalidExpression}: unable to parse datetime '{text}'"),
        (IndexedValueType.Keyword or IndexedValueType.KeywordList or IndexedValueType.Text, string text) => text,
        _ => throw new FilterException(
            $"{FilterException.InvalidExpression}: invalid value type for search attribute {column.Alias} of type {column.Type}: {Show(value)}"),
    };

    private static string ReadStatus(object value)
    {
        const string attribute = SearchAttributeNames.ExecutionStatus;
        switch (value)
        {
            case long number when number is >= 0 and <= int.MaxValue && Enum.IsDefined((WorkflowExecutionStatus)number):
                return ((WorkflowExecutionStatus)number).ToString();
            case string text when Enum.GetNames<WorkflowExecutionStatus>().Contains(text, StringComparer.Ordinal):
                return text;
            case string text:
                throw new FilterException($"{FilterException.InvalidExpression}: invalid {attribute} value '{text}'");
            case long number:
                throw new FilterException($"{FilterException.InvalidExpression}: invalid {attribute} value {number}");
            default:
                throw new FilterException($"{FilterException.InvalidExpression}: unexpected value type {Kind(value)} for search attribute {attribute}");
        }
    }

    private static long ReadDuration(object value)
    {
        const string attribute = SearchAttributeNames.ExecutionDuration;
        return value switch
        {
            long nanoseconds => nanoseconds,
            string text when DurationText.TryParse(text, out var nanoseconds) => nanoseconds,
            string text => throw new FilterException(
                $"{FilterException.InvalidExpression}: invalid duration value for search attribute {attribute}: {text}"),
            _ => throw new FilterException(
                $"{FilterException.InvalidExpression}: unexpected value type {Kind(value)} for search attribute {attribute}"),
        };
    }

    private static string Show(object value) => value switch
    {
        string text => $"\"{text}\" (type: string)",
        _ => FormattableString.Invariant($"{value} (type: {Kind(value)})"),
    };

    private static string Kind(object value) => value switch
    {
        long => "int64",
        double => "float64",
        bool => "bool",
        _ => "string",
    };
}
