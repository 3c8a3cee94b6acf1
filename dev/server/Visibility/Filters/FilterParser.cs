using System.Globalization;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>
/// Parses a list filter: the WHERE clause of the real server's SQL dialect, without the word itself.
/// Positions in errors refer to the whole statement that the real server builds from the filter.
/// </summary>
internal sealed class FilterParser
{
    private const string Statement = "select * from table1 ";
    private readonly FilterCursor at;
    private readonly bool hasCondition;

    private FilterParser(string filter)
    {
        var trimmed = filter.Trim();
        hasCondition = trimmed.Length > 0 && !StartsWith(trimmed, "order by") && !StartsWith(trimmed, "group by");
        at = new FilterCursor(trimmed, Statement.Length + (hasCondition ? "where ".Length : 0));
    }

    /// <summary>Parses a filter.</summary>
    /// <exception cref="FilterException">The filter is malformed.</exception>
    public static FilterSyntax Parse(string filter) => new FilterParser(filter).ParseFilter();

    private static bool StartsWith(string text, string start) => text.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    private FilterSyntax ParseFilter()
    {
        var where = hasCondition ? ParseOr() : null;
        List<FilterNode> groups = [];
        List<FilterOrder> order = [];
        if (at.TakeWords("group", "by"))
        {
            do
            {
                groups.Add(ParseValue());
            }
            while (at.TakeSymbol(","));
        }
        if (at.TakeWords("order", "by"))
        {
            do
            {
                order.Add(ParseOrder());
            }
            while (at.TakeSymbol(","));
        }
        if (at.Token.IsWord("limit"))
        {
            throw new FilterException($"{FilterException.NotSupported}: 'LIMIT' clause");
        }
        return at.Token.Kind == FilterTokenKind.End ? new FilterSyntax(where, groups, order) : throw at.Unexpected();
    }

    private FilterOrder ParseOrder()
    {
        var key = ParseValue();
        if (at.TakeWord("desc"))
        {
            return new FilterOrder(key, true);
        }
        at.TakeWord("asc");
        return new FilterOrder(key, false);
    }

    private FilterNode ParseOr() => ParseChain("or", ParseAnd, (left, right) => new OrNode(left, right));

    private FilterNode ParseAnd() => ParseChain("and", ParseNot, (left, right) => new AndNode(left, right));

    private FilterNode ParseChain(string word, Func<FilterNode> parse, Func<FilterNode, FilterNode, FilterNode> join)
    {
        List<FilterNode> parts = [parse()];
        while (at.TakeWord(word))
        {
            parts.Add(parse());
        }
        return Join(parts, 0, parts.Count, join);
    }

    // Builds a balanced tree, so that a filter of ten thousand parts does not overflow the stack when it is compiled or evaluated.
    private static FilterNode Join(List<FilterNode> parts, int from, int to, Func<FilterNode, FilterNode, FilterNode> join)
    {
        var middle = (from + to) / 2;
        return to - from == 1 ? parts[from] : join(Join(parts, from, middle, join), Join(parts, middle, to, join));
    }

    private FilterNode ParseNot() => at.TakeWord("not") ? new NotNode(at.Nested(ParseNot)) : ParsePredicate();

    private FilterNode ParsePredicate()
    {
        var left = ParseValue();
        if (at.Token.Kind == FilterTokenKind.Symbol && at.Token.Value is "=" or "!=" or "<" or "<=" or ">" or ">=" or "<=>")
        {
            var comparison = at.Token.Value;
            at.Advance();
            return new ComparisonNode(left, comparison, ParseValue());
        }
        if (at.TakeWord("is"))
        {
            return new IsNode(left, ParseIsSuffix());
        }
        var negated = at.Token.IsWord("not");
        if (negated)
        {
            at.Advance();
        }
        return ParseWordComparison(left, negated) ?? (negated ? throw at.Unexpected() : left);
    }

    private FilterNode? ParseWordComparison(FilterNode left, bool negated)
    {
        if (at.TakeWord("between"))
        {
            var from = ParseValue();
            return at.TakeWord("and") ? new RangeNode(left, negated, from, ParseValue()) : throw at.Unexpected();
        }
        if (at.TakeWord("in"))
        {
            return new ComparisonNode(left, negated ? "not in" : "in", ParseTuple());
        }
        foreach (var word in (ReadOnlySpan<string>)["starts_with", "like", "regexp"])
        {
            if (at.TakeWord(word))
            {
                return new ComparisonNode(left, negated ? $"not {word}" : word, ParseValue());
            }
        }
        return null;
    }

    private string ParseIsSuffix()
    {
        var prefix = at.TakeWord("not") ? "not " : string.Empty;
        foreach (var word in (ReadOnlySpan<string>)["null", "true", "false"])
        {
            if (at.TakeWord(word))
            {
                return prefix + word;
            }
        }
        throw at.Unexpected();
    }

    private TupleNode ParseTuple()
    {
        if (!at.TakeSymbol("("))
        {
            throw at.Unexpected();
        }
        List<FilterNode> items = [];
        do
        {
            items.Add(ParseValue());
        }
        while (at.TakeSymbol(","));
        return at.TakeSymbol(")") ? new TupleNode(items) : throw at.Unexpected();
    }

    private FilterNode ParseValue()
    {
        var token = at.Token;
        switch (token.Kind)
        {
            case FilterTokenKind.Text:
                at.Advance();
                return new LiteralNode(token.Value);
            case FilterTokenKind.Integer:
                at.Advance();
                return new LiteralNode(long.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
                    ? (object)whole
                    : double.Parse(token.Value, CultureInfo.InvariantCulture));
            case FilterTokenKind.Decimal:
                at.Advance();
                return double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    ? new LiteralNode(number)
                    : throw new FilterException($"{FilterException.InvalidExpression}: unable to parse value \"{token.Value}\"");
            case FilterTokenKind.QuotedName:
                at.Advance();
                return new NameNode(token.Value);
            case FilterTokenKind.Word:
                return ParseWord();
            case FilterTokenKind.Symbol when token.Value is "-" or "+":
                at.Advance();
                return Signed(token.Value, at.Nested(ParseValue));
            case FilterTokenKind.Symbol when token.Value == "(":
                at.Advance();
                var inner = at.Nested(ParseOr);
                return at.TakeSymbol(")") ? new ParenthesesNode(inner) : throw at.Unexpected();
            default:
                throw at.Unexpected();
        }
    }

    // Only whole numbers can have a sign; before anything else it yields an expression that comparisons do not support.
    private static FilterNode Signed(string sign, FilterNode operand) => operand is LiteralNode { Value: long number }
        ? new LiteralNode(sign == "-" ? -number : number)
        : new SignedNode(operand);

    private FilterNode ParseWord()
    {
        if (at.TakeWord("true"))
        {
            return new LiteralNode(true);
        }
        if (at.TakeWord("false"))
        {
            return new LiteralNode(false);
        }
        if (at.TakeWord("null"))
        {
            return new NullNode();
        }
        if (at.AtKeyword)
        {
            throw at.Unexpected();
        }
        var name = at.Token.Value;
        at.Advance();
        return at.Token.IsSymbol("(") ? ParseCall(name) : new NameNode(ParseDotted(name));
    }

    private string ParseDotted(string name)
    {
        while (at.TakeSymbol("."))
        {
            if (at.Token.Kind is not (FilterTokenKind.Word or FilterTokenKind.QuotedName))
            {
                throw at.Unexpected();
            }
            name = $"{name}.{at.Token.Value}";
            at.Advance();
        }
        return name;
    }

    private CallNode ParseCall(string name)
    {
        at.Advance();
        if (!at.TakeSymbol(")"))
        {
            do
            {
                at.Nested(ParseValue);
            }
            while (at.TakeSymbol(","));
            if (!at.TakeSymbol(")"))
            {
                throw at.Unexpected();
            }
        }
        return new CallNode(name);
    }
}
