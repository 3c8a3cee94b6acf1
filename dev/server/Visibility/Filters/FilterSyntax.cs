namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>A list filter as it is written: its condition, groups and order, with names not yet resolved.</summary>
internal sealed record FilterSyntax(FilterNode? Where, IReadOnlyList<FilterNode> GroupBy, IReadOnlyList<FilterOrder> OrderBy);

/// <summary>One key of the order.</summary>
internal sealed record FilterOrder(FilterNode Key, bool Descending);

/// <summary>A part of a condition.</summary>
/// <param name="Syntax">How the real server's parser calls such a part, which its errors repeat.</param>
internal abstract record FilterNode(string Syntax);

/// <summary>The name of a search attribute.</summary>
internal sealed record NameNode(string Name) : FilterNode("*sqlparser.ColName");

/// <summary>A text, number (long or double) or truth value.</summary>
internal sealed record LiteralNode(object Value) : FilterNode(Value is bool ? "sqlparser.BoolVal" : "*sqlparser.SQLVal");

/// <summary>The word NULL where a value could be.</summary>
internal sealed record NullNode() : FilterNode("*sqlparser.NullVal");

/// <summary>A sign before something that is no whole number.</summary>
internal sealed record SignedNode(FilterNode Operand) : FilterNode("*sqlparser.UnaryExpr");

/// <summary>A call of a function; the language has none, but says so by name.</summary>
internal sealed record CallNode(string Name) : FilterNode("*sqlparser.FuncExpr");

/// <summary>A list of values behind IN.</summary>
internal sealed record TupleNode(IReadOnlyList<FilterNode> Items) : FilterNode("sqlparser.ValTuple");

/// <summary>A part in parentheses.</summary>
internal sealed record ParenthesesNode(FilterNode Inner) : FilterNode("*sqlparser.ParenExpr");

/// <summary>Both sides hold.</summary>
internal sealed record AndNode(FilterNode Left, FilterNode Right) : FilterNode("*sqlparser.AndExpr");

/// <summary>One side or both hold.</summary>
internal sealed record OrNode(FilterNode Left, FilterNode Right) : FilterNode("*sqlparser.OrExpr");

/// <summary>The operand does not hold.</summary>
internal sealed record NotNode(FilterNode Operand) : FilterNode("*sqlparser.NotExpr");

/// <summary>A comparison; the operator in lower case, with "not " before it where negated.</summary>
internal sealed record ComparisonNode(FilterNode Left, string Operator, FilterNode Right) : FilterNode("*sqlparser.ComparisonExpr");

/// <summary>A closed range.</summary>
internal sealed record RangeNode(FilterNode Left, bool Negated, FilterNode From, FilterNode To) : FilterNode("*sqlparser.RangeCond");

/// <summary>IS followed by what it is: "null", "not null" or something else.</summary>
internal sealed record IsNode(FilterNode Operand, string What) : FilterNode("*sqlparser.IsExpr");
