using System.Collections.Frozen;
using System.Globalization;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>
/// Reads a list filter. The language is what stands behind WHERE in the SQL dialect of the real server, without the word itself;
/// positions in errors count as the real server's do, in the whole statement it makes of the filter.
/// </summary>
internal sealed class FilterParser
{
    private const string Statement = "select * from table1 ";
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
    private FilterToken token;
    private int nesting;

    private FilterParser(string filter)
    {
        var trimmed = filter.Trim();
        offset = Statement.Length;
        if (trimmed.Length > 0 && !StartsWith(trimmed, "order by") && !StartsWith(trimmed, "group by"))
        {
            offset += "where ".Length;
            HasCondition = true;
        }
        lexer = new FilterLexer(trimmed);
        token = lexer.Next();
    }

    private bool HasCondition { get; }

    /// <summary>Reads a filter.</summary>
    /// <exception cref="FilterException">The filter is malformed.</exception>
    public static FilterSyntax Parse(string filter) => new FilterParser(filter).ParseFilter();

    private static bool StartsWith(string text, string start) => text.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    private FilterSyntax ParseFilter()
    {
        var where = HasCondition ? ParseOr() : null;
        List<FilterNode> groups = [];
        List<FilterOrder> order = [];
        if (TakeWords("group", "by"))
        {
            do
            {
                groups.Add(ParseValue());
            }
            while (TakeSymbol(","));
        }
        if (TakeWords("order", "by"))
        {
            do
            {
                order.Add(ParseOrder());
            }
            while (TakeSymbol(","));
        }
        if (token.IsWord("limit"))
        {
            throw new FilterException($"{FilterException.NotSupported}: 'LIMIT' clause");
        }
        return token.Kind == FilterTokenKind.End ? new FilterSyntax(where, groups, order) : throw Unexpected();
    }

    private FilterOrder ParseOrder()
    {
        var key = ParseValue();
        if (TakeWord("desc"))
        {
            return new FilterOrder(key, true);
        }
        TakeWord("asc");
        return new FilterOrder(key, false);
    }

    private FilterNode ParseOr()
    {
        var left = ParseAnd();
        while (TakeWord("or"))
        {
            left = new OrNode(left, ParseAnd());
        }
        return left;
    }

    private FilterNode ParseAnd()
    {
        var left = ParseNot();
        while (TakeWord("and"))
        {
            left = new AndNode(left, ParseNot());
        }
        return left;
    }

    private FilterNode ParseNot() => TakeWord("not") ? new NotNode(Nested(ParseNot)) : ParsePredicate();

    private FilterNode ParsePredicate()
    {
        var left = ParseValue();
        if (token.Kind == FilterTokenKind.Symbol && token.Value is "=" or "!=" or "<" or "<=" or ">" or ">=" or "<=>")
        {
            var comparison = token.Value;
            Advance();
            return new ComparisonNode(left, comparison, ParseValue());
        }
        if (TakeWord("is"))
        {
            return new IsNode(left, ParseIsSuffix());
        }
        var negated = token.IsWord("not");
        if (negated)
        {
            Advance();
        }
        return ParseWordComparison(left, negated) ?? (negated ? throw Unexpected() : left);
    }

    private FilterNode? ParseWordComparison(FilterNode left, bool negated)
    {
        if (TakeWord("between"))
        {
            var from = ParseValue();
            return TakeWord("and") ? new RangeNode(left, negated, from, ParseValue()) : throw Unexpected();
        }
        if (TakeWord("in"))
        {
            return new ComparisonNode(left, negated ? "not in" : "in", ParseTuple());
        }
        foreach (var word in (ReadOnlySpan<string>)["starts_with", "like", "regexp"])
        {
            if (TakeWord(word))
            {
                return new ComparisonNode(left, negated ? $"not {word}" : word, ParseValue());
            }
        }
        return null;
    }

    private string ParseIsSuffix()
    {
        var prefix = TakeWord("not") ? "not " : string.Empty;
        foreach (var word in (ReadOnlySpan<string>)["null", "true", "false"])
        {
            if (TakeWord(word))
            {
                return prefix + word;
            }
        }
        throw Unexpected();
    }

    private TupleNode ParseTuple()
    {
        if (!TakeSymbol("("))
        {
            throw Unexpected();
        }
        List<FilterNode> items = [];
        do
        {
            items.Add(ParseValue());
        }
        while (TakeSymbol(","));
        return TakeSymbol(")") ? new TupleNode(items) : throw Unexpected();
    }

    private FilterNode ParseValue()
    {
        var taken = token;
        switch (taken.Kind)
        {
            case FilterTokenKind.Text:
                Advance();
                return new LiteralNode(taken.Value);
            case FilterTokenKind.Integer:
                Advance();
                return new LiteralNode(long.TryParse(taken.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
                    ? (object)whole
                    : double.Parse(taken.Value, CultureInfo.InvariantCulture));
            case FilterTokenKind.Decimal:
                Advance();
                return double.TryParse(taken.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    ? new LiteralNode(number)
                    : throw new FilterException($"{FilterException.InvalidExpression}: unable to parse value \"{taken.Value}\"");
            case FilterTokenKind.QuotedName:
                Advance();
                return new NameNode(taken.Value);
            case FilterTokenKind.Word:
                return ParseWord();
            case FilterTokenKind.Symbol when taken.Value is "-" or "+":
                Advance();
                return Signed(taken.Value, Nested(ParseValue));
            case FilterTokenKind.Symbol when taken.Value == "(":
                Advance();
                var inner = Nested(ParseOr);
                return TakeSymbol(")") ? new ParenthesesNode(inner) : throw Unexpected();
            default:
                throw Unexpected();
        }
    }

    // Only whole numbers have a sign; before anything else it makes an expression that no comparison takes.
    private static FilterNode Signed(string sign, FilterNode operand) => operand is LiteralNode { Value: long number }
        ? new LiteralNode(sign == "-" ? -number : number)
        : new SignedNode(operand);

    private FilterNode ParseWord()
    {
        if (TakeWord("true"))
        {
            return new LiteralNode(true);
        }
        if (TakeWord("false"))
        {
            return new LiteralNode(false);
        }
        if (TakeWord("null"))
        {
            return new NullNode();
        }
        if (Keywords.Contains(token.Value))
        {
            throw Unexpected();
        }
        var name = token.Value;
        Advance();
        return token.IsSymbol("(") ? ParseCall(name) : new NameNode(ParseDotted(name));
    }

    private string ParseDotted(string name)
    {
        while (TakeSymbol("."))
        {
            if (token.Kind is not (FilterTokenKind.Word or FilterTokenKind.QuotedName))
            {
                throw Unexpected();
            }
            name = $"{name}.{token.Value}";
            Advance();
        }
        return name;
    }

    private CallNode ParseCall(string name)
    {
        Advance();
        if (!TakeSymbol(")"))
        {
            do
            {
                Nested(ParseValue);
            }
            while (TakeSymbol(","));
            if (!TakeSymbol(")"))
            {
                throw Unexpected();
            }
        }
        return new CallNode(name);
    }

    private FilterNode Nested(Func<FilterNode> parse)
    {
        if (++nesting >= MaximumNesting)
        {
            throw Malformed("max nesting level reached");
        }
        var node = parse();
        nesting--;
        return node;
    }

    private void Advance() => token = lexer.Next();

    private bool TakeWord(string word)
    {
        var found = token.IsWord(word);
        if (found)
        {
            Advance();
        }
        return found;
    }

    private bool TakeWords(string first, string second) =>
        TakeWord(first) && (TakeWord(second) ? true : throw Unexpected());

    private bool TakeSymbol(string symbol)
    {
        var found = token.IsSymbol(symbol);
        if (found)
        {
            Advance();
        }
        return found;
    }

    private FilterException Unexpected() => Malformed("syntax error");

    private FilterException Malformed(string problem)
    {
        var near = token.Kind switch
        {
            FilterTokenKind.End or FilterTokenKind.Symbol => string.Empty,
            FilterTokenKind.Word when Keywords.Contains(token.Value) => $" near '{token.Value.ToLowerInvariant()}'",
            _ => $" near '{token.Value}'",
        };
        return new FilterException($"{FilterException.Malformed}: {problem} at position {offset + token.End + 1}{near}");
    }
}
