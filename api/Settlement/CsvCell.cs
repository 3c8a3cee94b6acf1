namespace OrderOrchestration.Api.Settlement;

/// <summary>Text as a cell of a CSV file (RFC 4180).</summary>
internal static class CsvCell
{
    /// <summary>Quoted where it needs to be, and never a formula to whoever opens it; nothing is an empty cell.</summary>
    public static string Of(string? value)
    {
        var harmless = value is { Length: > 0 } && value[0] is '=' or '+' or '-' or '@' ? "'" + value : value ?? string.Empty;
        return harmless.AsSpan().IndexOfAny(",\"\r\n") < 0 ? harmless : $"\"{harmless.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
