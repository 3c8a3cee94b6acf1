using System.Collections.Frozen;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>The parser's position in a list filter: the current token, and the error for an unexpected one.</summary>
internal sealed class FilterCursor
{
    private const int MaximumNesting = 200;

    private static readonly FrozenSet<string> Keywords = FrozenSet.ToFrozenSet(
        [
            "and", "or", "not", "in", "between", "is", "null", "like", "regexp", "starts_with", "true", "false", "order", "group", "by",
            "limit", "asc", "desc", "where", "select", "from", "exists", "case", "when", "then", "else", "end", "having", "union", "as",
            "escape", "div", "mod", "key", "values", "set", "table", "index", "default", "on", "join", "for", "to", "with", "distinct",
        ],
        StringComparer.OrdinalIgnoreCase);

    private readonly FilterLexer lexer;
    private readonly int offset;
    private int nesting;

    /// <summary>Initializes a cursor at the first token.</summary>
    /// <param name="text">The filter.</param>
    /// <param name="offset">The number of characters before the filter in the statement to which error positions refer.</param>
    public FilterCursor(string text, int offset)
    {
        this.offset = offset;
        lexer = new FilterLexer(text);
        Token = lexer.Next();
    }

    /// <summary>Gets the current token.</summary>
    public FilterToken Token { get; private set; }

    /// <summary>Gets a value indicating whether the current token is a keyword, which can be a name only in backticks.</summary>
    public bool AtKeyword => Token.Kind == FilterTokenKind.Word && Keywords.Contains(Token.Value);

    public void Advance() => Token = lexer.Next();

    /// <summary>Consumes a word if it is the current token.</summary>
    public bool TakeWord(string word)
    {
        var found = Token.IsWord(word);
        if (found)
        {
            Advance();
        }
        return found;
    }

    /// <summary>Consumes two words if the first is the current token; the second must then follow.</summary>
    public bool TakeWords(string first, string second) => TakeWord(first) && (TakeWord(second) ? true : throw Unexpected());

    /// <summary>Consumes an operator or a bracket if it is the current token.</summary>
    public bool TakeSymbol(string symbol)
    {
        var found = Token.IsSymbol(symbol);
        if (found)
        {
            Advance();
        }
        return found;
    }

    /// <summary>Parses a nested part, up to the real server's maximum depth.</summary>
    public FilterNode Nested(Func<FilterNode> parse)
    {
        if (++nesting >= MaximumNesting)
        {
            throw Malformed("max nesting level reached");
        }
        var node = parse();
        nesting--;
        return node;
    }

    /// <summary>Returns the error for an unexpected token.</summary>
    public FilterException Unexpected() => Malformed("syntax error");

    private FilterException Malformed(string problem)
    {
        var near = Token.Kind switch
        {
            FilterTokenKind.End or FilterTokenKind.Symbol => string.Empty,
            _ when AtKeyword => $" near '{Token.Value.ToLowerInvariant()}'",
            _ => $" near '{Token.Value}'",
        };
        return new FilterException($"{FilterException.Malformed}: {problem} at position {offset + Token.End + 1}{near}");
    }
}
