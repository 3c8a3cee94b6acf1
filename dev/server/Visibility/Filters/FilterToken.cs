namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>What a stretch of a list filter is.</summary>
internal enum FilterTokenKind
{
    /// <summary>A name that is not quoted, or a word of the language.</summary>
    Word,

    /// <summary>A name in backticks, never a word of the language.</summary>
    QuotedName,

    /// <summary>A text in single or double quotes, unescaped.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number with a fraction or an exponent.</summary>
    Decimal,

    /// <summary>An operator or a bracket.</summary>
    Symbol,

    /// <summary>Something the language has no word for, or a quote that is not closed.</summary>
    Invalid,

    /// <summary>The end of the filter.</summary>
    End,
}

/// <summary>A piece of a list filter.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">Its content: unescaped without quotes for texts and names.</param>
/// <param name="End">The offset in the filter just behind it.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Value, int End)
{
    /// <summary>Answers whether it is this word of the language, in any case.</summary>
    public bool IsWord(string word) => Kind == FilterTokenKind.Word && Value.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Answers whether it is this operator or bracket.</summary>
    public bool IsSymbol(string symbol) => Kind == FilterTokenKind.Symbol && Value == symbol;
}
