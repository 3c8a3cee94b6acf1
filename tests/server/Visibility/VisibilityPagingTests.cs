using Google.Protobuf;
using Grpc.Core;
using Temporalio.Api.Enums.V1;

namespace OrderOrchestration.Tests.Server.Visibility;

/// <summary>Pages hold together while runs come, close and go.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VisibilityPagingTests
{
    private readonly VisibilityFixture visibility = new();

    [SetUp]
    public void AddRuns()
    {
        foreach (var minute in Enumerable.Range(0, 10))
        {
            visibility.Run($"w{minute}", minute);
        }
    }

    [TestCase("")]
    [TestCase("StartTime > '2000-01-01T00:00:00Z'")]
    public void Pages_put_together_are_the_whole_list_once(string filter)
    {
        visibility.Run("w3", 3, attributes: ("City", "\"Seoul\""));
        List<string> seen = [];
        var token = ByteString.Empty;
        do
        {
            var page = visibility.Page(filter, 3, token);
            seen.AddRange(VisibilityFixture.Ids(page));
            token = page.NextPageToken;
        }
        while (!token.IsEmpty);
        Assert.That(seen, Is.EqualTo(visibility.Ids(filter)));
        Assert.That(seen, Has.Count.EqualTo(10));
    }

    [Test]
    public void New_and_deleted_runs_between_pages_neither_repeat_nor_hide_the_others()
    {
        var first = visibility.Page(string.Empty, 4);
        Assert.That(VisibilityFixture.Ids(first), Is.EqualTo(new[] { "w9", "w8", "w7", "w6" }));
        visibility.Run("newer", 20);
        visibility.Store.Delete(VisibilityFixture.Namespace, "run-w6");
        visibility.Store.Delete(VisibilityFixture.Namespace, "run-w4");
        var second = visibility.Page(string.Empty, 4, first.NextPageToken);
        Assert.That(VisibilityFixture.Ids(second), Is.EqualTo(new[] { "w5", "w3", "w2", "w1" }));
    }

    [Test]
    public void A_closed_run_is_listed_once_and_behind_the_open_ones()
    {
        visibility.Run("w9", 9, WorkflowExecutionStatus.Completed);
        Assert.That(visibility.Ids(string.Empty), Has.Length.EqualTo(10));
        Assert.That(visibility.Ids(string.Empty)[^1], Is.EqualTo("w9"));
    }

    [TestCase("nonsense")]
    [TestCase("{}")]
    [TestCase("null")]
    [TestCase("""{"CloseTime":1,"StartTime":1,"RunId":"a","Keys":[{}]}""")]
    public void A_foreign_token_is_refused(string token) => Assert.That(
        Assert.Throws<RpcException>(() => visibility.Page(string.Empty, 3, ByteString.CopyFromUtf8(token)))!.StatusCode,
        Is.EqualTo(StatusCode.InvalidArgument));

    [Test]
    public void Writers_and_readers_at_once_see_every_run_that_stays()
    {
        Parallel.For(0, 200, i =>
        {
            visibility.Run($"x{i}", 100 + i);
            var page = visibility.Page("WorkflowId STARTS_WITH 'w'", 100);
            Assert.That(page.Executions, Has.Count.EqualTo(10));
        });
        Assert.That(visibility.Store.Count(VisibilityFixture.Namespace, string.Empty).Count, Is.EqualTo(210));
    }

    [Test]
    public void What_is_answered_is_the_callers_to_change()
    {
        visibility.Page(string.Empty).Executions[0].TaskQueue = "changed";
        Assert.That(visibility.Ids("TaskQueue = 'orders'"), Has.Length.EqualTo(10));
    }
}
