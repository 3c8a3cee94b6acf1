namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>The syntax tree of a list filter: condition, groups and order, with unresolved names.</summary>
internal sealed record FilterSyntax(FilterNode? Where, IReadOnlyList<FilterNode> GroupBy, IReadOnlyList<FilterOrder> OrderBy);

/// <summary>A key of the ORDER BY clause.</summary>
internal sealed record FilterOrder(FilterNode Key, bool Descending);

/// <summary>A part of a condition.</summary>
/// <param name="Syntax">The Go type of the node in the real server's parser, which is part of its error messages.</param>
internal abstract record FilterNode(string Syntax);

/// <summary>The name of a search attribute.</summary>
internal sealed record NameNode(string Name) : FilterNode("*sqlparser.ColName");

/// <summary>A string, number (long or double) or boolean literal.</summary>
internal sealed record LiteralNode(object Value) : FilterNode(Value is bool ? "sqlparser.BoolVal" : "*sqlparser.SQLVal");

/// <summary>NULL as a value.</summary>
internal sealed record NullNode() : FilterNode("*sqlparser.NullVal");

/// <summary>A sign before an operand that is not a whole number.</summary>
internal sealed record SignedNode(FilterNode Operand) : FilterNode("*sqlparser.UnaryExpr");

/// <summary>A function call, which is parsed but not supported.</summary>
internal sealed record CallNode(string Name) : FilterNode("*sqlparser.FuncExpr");

/// <summary>The list of values of IN.</summary>
internal sealed record TupleNode(IReadOnlyList<FilterNode> Items) : FilterNode("sqlparser.ValTuple");

/// <summary>A part in parentheses.</summary>
internal sealed record ParenthesesNode(FilterNode Inner) : FilterNode("*sqlparser.ParenExpr");

/// <summary>AND of two conditions.</summary>
internal sealed record AndNode(FilterNode Left, FilterNode Right) : FilterNode("*sqlparser.AndExpr");

/// <summary>OR of two conditions.</summary>
internal sealed record OrNode(FilterNode Left, FilterNode Right) : FilterNode("*sqlparser.OrExpr");

/// <summary>NOT of a condition.</summary>
internal sealed record NotNode(FilterNode Operand) : FilterNode("*sqlparser.NotExpr");

/// <summary>A comparison; the operator is in lower case, with the prefix "not " if negated.</summary>
internal sealed record ComparisonNode(FilterNode Left, string Operator, FilterNode Right) : FilterNode("*sqlparser.ComparisonExpr");

/// <summary>BETWEEN, a closed range.</summary>
internal sealed record RangeNode(FilterNode Left, bool Negated, FilterNode From, FilterNode To) : FilterNode("*sqlparser.RangeCond");

/// <summary>IS, followed by "null", "not null" or another word.</summary>
internal sealed record IsNode(FilterNode Operand, string What) : FilterNode("*sqlparser.IsExpr");
