namespace OrderOrchestration.Api.Settlement;

/// <summary>Text as a cell of a CSV file (RFC 4180).</summary>
internal static class CsvCell
{
    /// <summary>Quotes the value where required, and prefixes values that a spreadsheet would read as a formula; <c>null</c> is an empty cell.</summary>
    public static string Of(string? value)
    {
        var escaped = value is { Length: > 0 } && value[0] is '=' or '+' or '-' or '@' ? "'" + value : value ?? string.Empty;
        return escaped.AsSpan().IndexOfAny(",\"\r\n") < 0 ? escaped : $"\"{escaped.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
