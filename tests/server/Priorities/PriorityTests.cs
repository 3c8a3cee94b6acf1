using Google.Protobuf.WellKnownTypes;
using OrderOrchestration.Tests.Server.Deployments;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Status = Temporalio.Exceptions.RpcException.StatusCode;

namespace OrderOrchestration.Tests.Server.Priorities;

/// <summary>Priorities of workflows, their activities and children.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class PriorityTests
{
    private static readonly Priority High = new() { PriorityKey = 1, FairnessKey = "tenant", FairnessWeight = 2 };

    [Test]
    public async Task Workflow_tasks_go_out_by_priority()
    {
        await using var rollout = await Rollout.StartAsync();
        foreach (var (id, key) in new[] { ("low", 5), ("none", 0), ("high", 1) })
        {
            await rollout.StartWorkflowAsync(id, start => start.Priority = new() { PriorityKey = key });
        }

        var hand = rollout.Worker(null);
        Assert.That(new[] { await hand.TryPollAsync(), await hand.TryPollAsync(), await hand.TryPollAsync() }, Is.EqualTo(["high", "none", "low"]));
    }

    [Test]
    public async Task Activities_go_out_by_priority_and_inherit_what_they_do_not_set()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.StartWorkflowAsync("order", start => start.Priority = High);
        var hand = rollout.Worker(null);
        await hand.WorkAsync(default, Activity("low", new() { PriorityKey = 5 }), Activity("inherits", null), Activity("renamed", new() { PriorityKey = 2, FairnessKey = "other" }));
        var tasks = new[] { await hand.PollActivityAsync(), await hand.PollActivityAsync(), await hand.PollActivityAsync() };
        Assert.That(tasks.Select(task => (task.ActivityId, task.Priority)), Is.EqualTo([
            ("inherits", High),
            ("renamed", new Priority { PriorityKey = 2, FairnessKey = "other", FairnessWeight = 2 }),
            ("low", new Priority { PriorityKey = 5, FairnessKey = "tenant", FairnessWeight = 2 }),
        ]));
    }

    [Test]
    public async Task A_child_inherits_what_it_does_not_set()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.StartWorkflowAsync("order", start => start.Priority = High);
        var hand = rollout.Worker(null);
        await hand.WorkAsync(default, new Command
        {
            CommandType = CommandType.StartChildWorkflowExecution,
            StartChildWorkflowExecutionCommandAttributes = new() { WorkflowId = "child", WorkflowType = new() { Name = "by-hand" }, Priority = new() { PriorityKey = 4 } },
        });
        var polls = new[] { await hand.PollAsync(), await hand.PollAsync() };
        var started = polls.Single(task => task.WorkflowExecution.WorkflowId == "child").History.Events[0].WorkflowExecutionStartedEventAttributes;
        Assert.That(started.Priority, Is.EqualTo(new Priority { PriorityKey = 4, FairnessKey = "tenant", FairnessWeight = 2 }));
    }

    [Test]
    public async Task A_workflow_keeps_its_changed_priority_when_it_continues_as_new()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.StartWorkflowAsync("order");
        await rollout.UpdateOptionsAsync("order", new() { Priority = High }, "priority");
        await rollout.Worker(null).WorkAsync(default, new Command { CommandType = CommandType.ContinueAsNewWorkflowExecution, ContinueAsNewWorkflowExecutionCommandAttributes = new() });
        Assert.That((await rollout.DescribeWorkflowAsync("order")).WorkflowExecutionInfo.Priority, Is.EqualTo(High));
    }

    [Test]
    public async Task A_changed_priority_moves_tasks_that_wait()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.StartWorkflowAsync("first");
        await rollout.StartWorkflowAsync("second");
        var updated = await rollout.UpdateOptionsAsync("second", new() { Priority = new() { PriorityKey = 1 } }, "priority.priority_key");
        Assert.That(updated.WorkflowExecutionOptions.Priority, Is.EqualTo(new Priority { PriorityKey = 1 }));
        var hand = rollout.Worker(null);
        var second = await hand.PollAsync();
        Assert.That(second.WorkflowExecution.WorkflowId, Is.EqualTo("second"));
        await hand.AnswerAsync(second, default, Activity("activity", null));
        await hand.WorkAsync(default, Activity("other", new() { PriorityKey = 2 }));
        await rollout.UpdateOptionsAsync("second", new() { Priority = new() { PriorityKey = 5 } }, "priority");
        Assert.That(new[] { await hand.TryPollActivityAsync(), await hand.TryPollActivityAsync(), await hand.TryPollActivityAsync() }, Is.EqualTo(["other", "activity", null]));
    }

    [Test]
    public async Task An_operators_priority_of_an_activity_moves_it()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.StartWorkflowAsync("order");
        var hand = rollout.Worker(null);
        await hand.WorkAsync(default, Activity("first", null), Activity("second", null));
        Task<UpdateActivityOptionsResponse> Update(Priority priority) => rollout.Service.UpdateActivityOptionsAsync(new()
        {
            Namespace = "default",
            Execution = new() { WorkflowId = "order" },
            Id = "second",
            ActivityOptions = new() { Priority = priority },
            UpdateMask = new() { Paths = { "priority" } },
        });
        await Update(new() { PriorityKey = 1 });
        Assert.That(new[] { await hand.TryPollActivityAsync(), await hand.TryPollActivityAsync(), await hand.TryPollActivityAsync() }, Is.EqualTo(["second", "first", null]));
        Assert.That(await Rollout.RefusalAsync(() => Update(new() { PriorityKey = -1 })), Is.EqualTo((Status.InvalidArgument, "priority key can't be negative")));
    }

    [TestCaseSource(nameof(Invalid))]
    public async Task A_priority_is_checked(Priority priority, string message)
    {
        await using var rollout = await Rollout.StartAsync();
        Assert.That(await Rollout.RefusalAsync(() => rollout.StartWorkflowAsync("order", start => start.Priority = priority)), Is.EqualTo((Status.InvalidArgument, message)));
        Assert.That(
            await Rollout.RefusalAsync(() => rollout.Service.SignalWithStartWorkflowExecutionAsync(new()
            {
                Namespace = "default",
                WorkflowId = "order",
                WorkflowType = new() { Name = "by-hand" },
                TaskQueue = new() { Name = Rollout.Queue },
                SignalName = "signal",
                Priority = priority,
            })),
            Is.EqualTo((Status.InvalidArgument, message)));
        await rollout.StartWorkflowAsync("order");
        Assert.That(await Rollout.RefusalAsync(() => rollout.UpdateOptionsAsync("order", new() { Priority = priority }, "priority")), Is.EqualTo((Status.InvalidArgument, message)));
        var task = await rollout.Worker(null).PollAsync();
        var refusal = await Rollout.RefusalAsync(() => rollout.Worker(null).AnswerAsync(task, default, Activity("activity", priority)));
        Assert.That(refusal.Message, Is.EqualTo($"BadScheduleActivityAttributes: invalid priorities: {message}"));
    }

    [Test]
    public async Task A_long_fairness_key_fits_by_its_bytes()
    {
        await using var rollout = await Rollout.StartAsync();
        await Assert.ThatAsync(() => rollout.StartWorkflowAsync("ascii", start => start.Priority = new() { FairnessKey = new string('a', 64) }), Throws.Nothing);
        Assert.That((await Rollout.RefusalAsync(() => rollout.StartWorkflowAsync("korean", start => start.Priority = new() { FairnessKey = new string('가', 22) }))).Code, Is.EqualTo(Status.InvalidArgument));
    }

    [Test]
    public async Task Priorities_are_told_by_descriptions_and_queues()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.StartWorkflowAsync("order", start => start.Priority = High);
        await rollout.StartWorkflowAsync("other");
        Assert.That((await rollout.DescribeWorkflowAsync("order")).WorkflowExecutionInfo.Priority, Is.EqualTo(High));
        var queue = await rollout.Service.DescribeTaskQueueAsync(new() { Namespace = "default", TaskQueue = new() { Name = Rollout.Queue }, ReportStats = true });
        Assert.That(queue.StatsByPriorityKey.Select(level => (level.Key, level.Value.ApproximateBacklogCount)), Is.EquivalentTo([(1, 1L), (3, 1L)]));
    }

    [Test]
    public async Task Priorities_of_waiting_tasks_outlive_a_restart()
    {
        using var file = new Durability.DatabaseFile();
        await using (var rollout = await Rollout.StartAsync(new() { DatabaseFile = file.Path }))
        {
            await rollout.StartWorkflowAsync("low", start => start.Priority = new() { PriorityKey = 5 });
            await rollout.StartWorkflowAsync("changed");
            await rollout.UpdateOptionsAsync("changed", new() { Priority = High }, "priority");
        }

        await using var again = await Rollout.StartAsync(new() { DatabaseFile = file.Path });
        Assert.That(new[] { await again.Worker(null).TryPollAsync(), await again.Worker(null).TryPollAsync() }, Is.EqualTo(["changed", "low"]));
    }

    private static IEnumerable<TestCaseData> Invalid()
    {
        yield return new(new Priority { PriorityKey = -1 }, "priority key can't be negative");
        yield return new(new Priority { FairnessKey = new string('k', 65) }, "fairness key length exceeds limit");
        yield return new(new Priority { FairnessWeight = -0.1f }, "must be greater than zero");
    }

    private static Command Activity(string id, Priority? priority) => new()
    {
        CommandType = CommandType.ScheduleActivityTask,
        ScheduleActivityTaskCommandAttributes = new()
        {
            ActivityId = id,
            ActivityType = new() { Name = "by-hand" },
            TaskQueue = new() { Name = Rollout.Queue },
            ScheduleToCloseTimeout = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)),
            Priority = priority,
        },
    };
}
