using Temporalio.Api.Enums.V1;

namespace OrderOrchestration.Tests.Server.Visibility;

/// <summary>Counts, whole and by group.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VisibilityCountTests
{
    private readonly VisibilityFixture visibility = new();

    [SetUp]
    public void AddRuns()
    {
        visibility.Run("a", 1, WorkflowExecutionStatus.Failed);
        visibility.Run("b", 2, WorkflowExecutionStatus.Completed);
        visibility.Run("c", 3);
        visibility.Run("d", 4);
    }

    [Test]
    public void A_count_counts_what_the_filter_matches()
    {
        var answer = visibility.Store.Count(VisibilityFixture.Namespace, "ExecutionStatus != 'Failed'");
        Assert.That(answer.Count, Is.EqualTo(3));
        Assert.That(answer.Groups, Is.Empty);
    }

    [Test]
    public void A_count_by_status_answers_each_status_that_occurs_with_its_name()
    {
        var answer = visibility.Store.Count(VisibilityFixture.Namespace, "WorkflowType = 'Order' GROUP BY ExecutionStatus");
        Assert.That(answer.Count, Is.EqualTo(4));
        Assert.That(
            answer.Groups.Select(group => (group.GroupValues.Single().Data.ToStringUtf8(), group.Count)),
            Is.EqualTo(new[] { ("\"Running\"", 2L), ("\"Completed\"", 1L), ("\"Failed\"", 1L) }));
        Assert.That(answer.Groups[0].GroupValues[0].Metadata["type"].ToStringUtf8(), Is.EqualTo("Keyword"));
    }

    [Test]
    public void Another_namespace_counts_its_own() =>
        Assert.That(visibility.Store.Count("other", string.Empty).Count, Is.Zero);

    [Test]
    public void An_open_run_does_not_tell_what_only_its_end_settles()
    {
        var open = visibility.Page("WorkflowId = 'c'").Executions.Single();
        Assert.That((open.HistoryLength, open.CloseTime), Is.EqualTo((0L, (object?)null)));
        Assert.That(visibility.Page("WorkflowId = 'b'").Executions.Single().HistoryLength, Is.EqualTo(20));
    }
}
