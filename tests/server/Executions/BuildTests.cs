using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace OrderOrchestration.Tests.Server.Executions;

/// <summary>Which builds have worked on a run, how lists tell of them, and where each began.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public class BuildTests
{
    [Test]
    public async Task A_run_is_found_by_the_builds_that_have_worked_on_it()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await WorkAsync(hand, "");
        Assert.That(await CountAsync(server, "BuildIds = 'unversioned'"), Is.EqualTo(1));
        await WorkAsync(hand, "one");
        await WorkAsync(hand, "two");
        Assert.That(await CountAsync(server, "BuildIds = 'unversioned:one' AND BuildIds = 'unversioned:two'"), Is.EqualTo(1));
        var described = await server.Client.GetWorkflowHandle("w").DescribeRawAsync();
        Assert.That(
            described.WorkflowExecutionInfo.SearchAttributes.IndexedFields["BuildIds"].Data.ToStringUtf8(),
            Is.EqualTo("[\"unversioned\",\"unversioned:one\",\"unversioned:two\"]"));
    }

    [Test]
    public async Task Where_a_build_began_is_a_point_to_reset_to()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await WorkAsync(hand, "one");
        await WorkAsync(hand, "one");
        await WorkAsync(hand, "two", ManualWorker.Timer("t", TimeSpan.FromHours(1)), new Command
        {
            CommandType = CommandType.StartChildWorkflowExecution,
            StartChildWorkflowExecutionCommandAttributes = new() { WorkflowId = "c", WorkflowType = new() { Name = "child" }, TaskQueue = new() { Name = "elsewhere" } },
        });
        await WorkAsync(hand, "three");
        var points = await PointsAsync(server);
        Assert.That(points.Select(point => (point.BuildId, point.Resettable)), Is.EqualTo(new[] { ("one", true), ("two", true), ("three", false) }), "a child was pending");
        Assert.That(points[0].FirstWorkflowTaskCompletedId, Is.EqualTo(4));
        Assert.That(points.Select(point => point.RunId).Distinct().Single(), Is.EqualTo((await server.Client.GetWorkflowHandle("w").DescribeRawAsync()).WorkflowExecutionInfo.Execution.RunId));
    }

    [Test]
    public async Task The_next_run_knows_the_points_of_the_one_before_for_as_long_as_that_is_kept()
    {
        await using var server = await TestServer.StartAsync(new() { Limits = new() { RunInterval = TimeSpan.Zero } });
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        await WorkAsync(hand, "one", new Command
        {
            CommandType = CommandType.ContinueAsNewWorkflowExecution,
            ContinueAsNewWorkflowExecutionCommandAttributes = new(),
        });
        var first = (await PointsAsync(server)).Single();
        await WorkAsync(hand, "two");
        var points = await PointsAsync(server);
        Assert.That(points.Select(point => (point.BuildId, point.RunId == first.RunId, point.ExpireTime is not null)), Is.EqualTo(new[] { ("one", true, true), ("two", false, false) }));
        Assert.That((await hand.HistoryAsync("w"))[0].WorkflowExecutionStartedEventAttributes.PrevAutoResetPoints.Points.Single(), Is.EqualTo(first));
    }

    [Test]
    public async Task The_checksums_of_binaries_are_listed_too()
    {
        await using var server = await TestServer.StartAsync();
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
#pragma warning disable CS0612 // Deprecated by the API; old workers still tell it.
        await hand.Service.RespondWorkflowTaskCompletedAsync(new() { TaskToken = (await hand.PollAsync()).TaskToken, BinaryChecksum = "abc" });
#pragma warning restore CS0612
        Assert.That(await CountAsync(server, "BinaryChecksums = 'abc'"), Is.EqualTo(1));
    }

    [TestCase(1, 1.0)]
    [TestCase(0, 0.0)]
    public async Task The_next_run_begins_no_sooner_than_an_interval_after_the_one_before(int seconds, double expected)
    {
        await using var server = await TestServer.StartAsync(new() { Limits = new() { RunInterval = TimeSpan.FromSeconds(seconds) } });
        var hand = await WorkflowTaskAnswerTests.StartedAsync(server);
        var start = (await hand.HistoryAsync("w"))[0].EventTime.ToDateTime();
        await WorkAsync(hand, "", new Command
        {
            CommandType = CommandType.ContinueAsNewWorkflowExecution,
            ContinueAsNewWorkflowExecutionCommandAttributes = new(),
        });
        var next = (await hand.HistoryAsync("w"))[0];
        var begins = next.EventTime.ToDateTime() + next.WorkflowExecutionStartedEventAttributes.FirstWorkflowTaskBackoff.ToTimeSpan();
        Assert.That(begins - start, seconds > 0 ? Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(expected)) : Is.EqualTo(next.EventTime.ToDateTime() - start));
    }

    private static async Task WorkAsync(ManualWorker hand, string build, params Command[] commands)
    {
        var answer = new RespondWorkflowTaskCompletedRequest { TaskToken = (await hand.PollAsync()).TaskToken, Commands = { commands } };
#pragma warning disable CS0612 // Deprecated by the API; workers without a deployment still tell their build so.
        answer.WorkerVersionStamp = build.Length > 0 ? new WorkerVersionStamp { BuildId = build } : null;
#pragma warning restore CS0612
        await hand.Service.RespondWorkflowTaskCompletedAsync(answer);
        if (commands.Length == 0 || commands[^1].CommandType != CommandType.ContinueAsNewWorkflowExecution)
        {
            await hand.Service.SignalWorkflowExecutionAsync(hand.Signal("w"));
        }
    }

    private static async Task<IReadOnlyList<ResetPointInfo>> PointsAsync(TestServer server) =>
        (await server.Client.GetWorkflowHandle("w").DescribeRawAsync()).WorkflowExecutionInfo.AutoResetPoints.Points;

    private static async Task<long> CountAsync(TestServer server, string query) => (await server.Client.CountWorkflowsAsync(query)).Count;
}
