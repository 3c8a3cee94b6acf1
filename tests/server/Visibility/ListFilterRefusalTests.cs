using Temporalio.Api.Enums.V1;

namespace OrderOrchestration.Tests.Server.Visibility;

/// <summary>What is refused, and in the words the real server refuses it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ListFilterRefusalTests
{
    private readonly VisibilityFixture visibility = new();

    [TestCase("Nope = 'a'", "invalid expression: column name 'Nope' is not a valid search attribute")]
    [TestCase("workflowid = 'a'", "invalid expression: column name 'workflowid' is not a valid search attribute")]
    [TestCase("City = Seoul", "operation is not supported: column name on the right side of comparison expression (did you forget to quote \"Seoul\"?)")]
    [TestCase("'a' = City", "invalid expression: must be a column name but was *sqlparser.SQLVal")]
    [TestCase("City", "invalid expression: incomplete expression")]
    [TestCase("true", "operation is not supported: expression of type sqlparser.BoolVal")]
    [TestCase("coalesce(City, 'a')", "operation is not supported: function expression")]
    [TestCase("City = lower('A')", "operation is not supported: nested func")]
    [TestCase("City = NULL", "invalid expression: unexpected value type *sqlparser.NullVal")]
    [TestCase("Weight = -1.5", "invalid expression: unexpected value type *sqlparser.UnaryExpr")]
    [TestCase("City IS TRUE", "invalid expression: 'IS' operator can only be used as 'IS NULL' or 'IS NOT NULL'")]
    [TestCase("City LIKE 'a'", "operation is not supported: operator 'LIKE' not supported for Keyword type search attribute 'City'")]
    [TestCase("Sellers > 'a'", "operation is not supported: operator '>' not supported for KeywordList type search attribute 'Sellers'")]
    [TestCase("Sellers STARTS_WITH 'a'", "operation is not supported: operator 'STARTS_WITH' not supported for KeywordList type search attribute 'Sellers'")]
    [TestCase("Note IN ('a')", "operation is not supported: operator 'IN' not supported for Text type search attribute 'Note'")]
    [TestCase("Payable NOT LIKE 1", "operation is not supported: operator 'NOT LIKE' not supported for Int type search attribute 'Payable'")]
    [TestCase("Note BETWEEN 'a' AND 'b'", "invalid expression: cannot do range condition on search attribute 'Note' of type Text")]
    [TestCase("Payable = 'a'", "invalid expression: invalid value type for search attribute Payable of type Int: \"a\" (type: string)")]
    [TestCase("City = 1", "invalid expression: invalid value type for search attribute City of type Keyword: 1 (type: int64)")]
    [TestCase("Payable = '1.5'", "invalid expression: invalid value type for search attribute Payable of type Int: \"1.5\" (type: string)")]
    [TestCase("Gift = 'maybe'", "invalid expression: invalid value type for search attribute Gift of type Bool: \"maybe\" (type: string)")]
    [TestCase("Gift = 'o'", "invalid expression: invalid value type for search attribute Gift of type Bool: \"o\" (type: string)")]
    [TestCase("Gift = 1", "invalid expression: invalid value type for search attribute Gift of type Bool: 1 (type: int64)")]
    [TestCase("StartTime > '2026-03-01'", "invalid expression: unable to parse datetime '2026-03-01'")]
    [TestCase("StartTime > '2026-13-01T00:00:00Z'", "invalid expression: unable to parse datetime '2026-13-01T00:00:00Z'")]
    [TestCase("ExecutionStatus = 'Sleeping'", "invalid expression: invalid ExecutionStatus value 'Sleeping'")]
    [TestCase("ExecutionStatus = 99", "invalid expression: invalid ExecutionStatus value 99")]
    [TestCase("ExecutionDuration > 'long'", "invalid expression: invalid duration value for search attribute ExecutionDuration: long")]
    [TestCase("Note = ' '", "invalid expression: unexpected value for Text type search attribute (no tokens found)")]
    [TestCase("City = 'a' LIMIT 5", "operation is not supported: 'LIMIT' clause")]
    [TestCase("ORDER BY StartTime", "operation is not supported: 'ORDER BY' clause")]
    [TestCase("City = 'a' order by WorkflowId desc", "operation is not supported: 'ORDER BY' clause")]
    [TestCase("GROUP BY ExecutionStatus", "operation is not supported: 'GROUP BY' clause")]
    [TestCase("GROUP BY City", "operation is not supported: 'GROUP BY' clause is only supported for ExecutionStatus")]
    [TestCase("GROUP BY ExecutionStatus, City", "operation is not supported: 'GROUP BY' clause supports only a single field")]
    // Positions count in the statement the real server makes of a filter: 27 characters before a condition, 21 before an order.
    [TestCase("City = 'a", "malformed SQL query: syntax error at position 37 near 'a'")]
    [TestCase("City =", "malformed SQL query: syntax error at position 34")]
    [TestCase("City = 'a' City", "malformed SQL query: syntax error at position 43 near 'City'")]
    [TestCase("(City = 'a'", "malformed SQL query: syntax error at position 39")]
    [TestCase("City = 'a')", "malformed SQL query: syntax error at position 39")]
    [TestCase("City IN ()", "malformed SQL query: syntax error at position 38")]
    [TestCase("City BETWEEN 'a'", "malformed SQL query: syntax error at position 44")]
    [TestCase("City = 'a' AND", "malformed SQL query: syntax error at position 42")]
    [TestCase("ORDER City", "malformed SQL query: syntax error at position 33 near 'order'")]
    [TestCase("ORDER BY", "malformed SQL query: syntax error at position 30")]
    [TestCase("City = 12ab", "malformed SQL query: syntax error at position 37 near '12'")]
    public void A_filter_that_cannot_be_answered_is_refused_by_name(string filter, string refusal) =>
        Assert.That(visibility.Refusal(filter), Is.EqualTo("invalid query: " + refusal));

    [Test]
    public void A_filter_nested_without_end_is_refused_and_breaks_nothing()
    {
        var deep = string.Concat(Enumerable.Repeat("(", 100_000)) + "City = 'a'";
        Assert.That(visibility.Refusal(deep), Does.Contain("max nesting level reached"));
        Assert.That(visibility.Refusal(string.Concat(Enumerable.Repeat("NOT ", 100_000)) + "City = 'a'"), Does.Contain("max nesting level"));
    }

    [Test]
    public void A_filter_of_very_many_parts_is_answered()
    {
        visibility.Run("w");
        var parts = Enumerable.Range(0, 50_000).Select(number => $"WorkflowId = 'x{number}'").Append("WorkflowId = 'w'");
        Assert.That(visibility.Ids(string.Join(" OR ", parts)), Is.EqualTo(new[] { "w" }));
    }

    [Test]
    public void A_custom_attribute_is_known_only_to_its_namespace_and_only_while_it_is_there()
    {
        visibility.Attributes.Add(VisibilityFixture.Namespace, [new("Color", IndexedValueType.Keyword)]);
        Assert.That(visibility.Ids("Color = 'red'"), Is.Empty);
        visibility.Attributes.Remove(VisibilityFixture.Namespace, ["Color"]);
        Assert.That(visibility.Refusal("Color = 'red'"), Does.Contain("column name 'Color' is not a valid search attribute"));
    }
}
