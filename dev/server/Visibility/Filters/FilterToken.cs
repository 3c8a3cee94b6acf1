namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>The type of a token.</summary>
internal enum FilterTokenKind
{
    /// <summary>An unquoted name or a keyword.</summary>
    Word,

    /// <summary>A name in backticks, never a keyword.</summary>
    QuotedName,

    /// <summary>A string in single or double quotes, unescaped.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number with a fraction or an exponent.</summary>
    Decimal,

    /// <summary>An operator or a bracket.</summary>
    Symbol,

    /// <summary>An invalid character or number, or an unclosed quote.</summary>
    Invalid,

    /// <summary>The end of the filter.</summary>
    End,
}

/// <summary>A token of a list filter.</summary>
/// <param name="Kind">The type of the token.</param>
/// <param name="Value">The content: for strings and quoted names unescaped and without quotes.</param>
/// <param name="End">The offset in the filter directly after the token.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Value, int End)
{
    /// <summary>Returns whether the token is this word, ignoring case.</summary>
    public bool IsWord(string word) => Kind == FilterTokenKind.Word && Value.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns whether the token is this operator or bracket.</summary>
    public bool IsSymbol(string symbol) => Kind == FilterTokenKind.Symbol && Value == symbol;
}
