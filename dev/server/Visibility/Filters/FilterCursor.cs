using System.Collections.Frozen;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>Where the parser stands in a list filter: the piece it looks at, and what it says when that is not what can follow.</summary>
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

    /// <summary>Starts at the first piece.</summary>
    /// <param name="text">The filter.</param>
    /// <param name="offset">How many characters stand before it in the statement that positions count in.</param>
    public FilterCursor(string text, int offset)
    {
        this.offset = offset;
        lexer = new FilterLexer(text);
        Token = lexer.Next();
    }

    /// <summary>Gets the piece that comes next.</summary>
    public FilterToken Token { get; private set; }

    /// <summary>Gets a value indicating whether it is a word of the language, which is no name unless in backticks.</summary>
    public bool AtKeyword => Token.Kind == FilterTokenKind.Word && Keywords.Contains(Token.Value);

    public void Advance() => Token = lexer.Next();

    /// <summary>Passes over a word if it comes next.</summary>
    public bool TakeWord(string word)
    {
        var found = Token.IsWord(word);
        if (found)
        {
            Advance();
        }
        return found;
    }

    /// <summary>Passes over two words if the first comes next; then the second must follow.</summary>
    public bool TakeWords(string first, string second) => TakeWord(first) && (TakeWord(second) ? true : throw Unexpected());

    /// <summary>Passes over an operator or bracket if it comes next.</summary>
    public bool TakeSymbol(string symbol)
    {
        var found = Token.IsSymbol(symbol);
        if (found)
        {
            Advance();
        }
        return found;
    }

    /// <summary>Parses a part within another, no deeper than the real server goes.</summary>
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

    /// <summary>Answers that what comes next cannot follow here.</summary>
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
