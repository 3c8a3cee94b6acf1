using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace OrderOrchestration.Tests.Server.Deployments;

/// <summary>On which version a workflow begins that another one made.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class VersionInheritanceTests
{
    private const VersioningBehavior AutoUpgrade = VersioningBehavior.AutoUpgrade;
    private const VersioningBehavior Pinned = VersioningBehavior.Pinned;

    [Test]
    public async Task A_child_of_a_pinned_workflow_begins_on_its_version()
    {
        await using var rollout = await OnFirstAsync(Pinned, Child(Rollout.Queue));
        await rollout.SetCurrentAsync("2");
        var started = await StartedAsync(rollout, "child");
        Assert.That(started.InheritedPinnedVersion, Is.EqualTo(Rollout.Version("1")));
        Assert.That(await rollout.Worker("2").TryPollAsync(), Is.Null);
        Assert.That(new[] { await rollout.Worker("1").TryPollAsync(), await rollout.Worker("1").TryPollAsync() }, Does.Contain("child"));
    }

    [Test]
    public async Task A_child_on_a_queue_that_the_version_does_not_poll_begins_there_freely()
    {
        await using var rollout = await OnFirstAsync(Pinned, Child("elsewhere"));
        Assert.That((await StartedAsync(rollout, "child")).InheritedPinnedVersion, Is.Null);
        Assert.That(await rollout.Worker(null, "elsewhere").TryPollAsync(), Is.EqualTo("child"));
    }

    [Test]
    public async Task A_child_of_an_auto_upgrade_workflow_knows_its_parents_version()
    {
        await using var rollout = await OnFirstAsync(AutoUpgrade, Child(Rollout.Queue));
        var inherited = (await StartedAsync(rollout, "child")).InheritedAutoUpgradeInfo;
        Assert.That((inherited.SourceDeploymentVersion, inherited.SourceDeploymentRevisionNumber), Is.EqualTo((Rollout.Version("1"), 1L)));
        var info = await rollout.VersioningOfAsync("child");
        Assert.That((info.Behavior, info.DeploymentVersion), Is.EqualTo((AutoUpgrade, Rollout.Version("1"))));
    }

    [Test]
    public async Task A_child_gets_its_parents_pin_by_an_operator_too()
    {
        await using var rollout = await OnFirstAsync(AutoUpgrade);
        await rollout.UpdateOptionsAsync("order", new() { VersioningOverride = Rollout.Pin("2") }, "versioning_override");
        await rollout.SignalAsync("order");
        await rollout.Worker("2").WorkAsync(AutoUpgrade, Child(Rollout.Queue));
        var started = await StartedAsync(rollout, "child");
        Assert.That((started.VersioningOverride, started.InheritedPinnedVersion), Is.EqualTo((Rollout.Pin("2"), Rollout.Version("2"))));
    }

    [Test]
    public async Task A_pinned_workflow_continues_as_new_on_its_version()
    {
        await using var rollout = await OnFirstAsync(Pinned);
        await rollout.SetCurrentAsync("2");
        await ContinueAsync(rollout, default);
        Assert.That((await StartedAsync(rollout, "order")).InheritedPinnedVersion, Is.EqualTo(Rollout.Version("1")));
        Assert.That(await rollout.Worker("1").TryPollAsync(), Is.EqualTo("order"));
    }

    [Test]
    public async Task A_pinned_workflow_that_was_told_of_a_version_and_continued_without_it_is_not_told_again()
    {
        await using var rollout = await OnFirstAsync(Pinned);
        await rollout.SetCurrentAsync("2");
        await ContinueAsync(rollout, default);
        Assert.That((await StartedAsync(rollout, "order")).DeclinedTargetVersionUpgrade.DeploymentVersion, Is.EqualTo(Rollout.Version("2")));
        Assert.That((await rollout.Worker("1").WorkAsync(Pinned)).History.Events[^1].WorkflowTaskStartedEventAttributes.TargetWorkerDeploymentVersionChanged, Is.False);
        await rollout.RegisterAsync("3");
        await rollout.SetCurrentAsync("3");
        await rollout.SignalAsync("order");
        var told = await rollout.Worker("1").PollAsync();
        Assert.That(told.History.Events[^1].WorkflowTaskStartedEventAttributes.TargetWorkerDeploymentVersionChanged, Is.True, "this one is new");
    }

    [TestCase(ContinueAsNewVersioningBehavior.AutoUpgrade, "2")]
    [TestCase(ContinueAsNewVersioningBehavior.UseRampingVersion, "3")]
    public async Task A_pinned_workflow_continues_as_new_on_the_version_it_asks_for(ContinueAsNewVersioningBehavior asked, string begins)
    {
        await using var rollout = await OnFirstAsync(Pinned);
        await rollout.RegisterAsync("3");
        await rollout.SetCurrentAsync("2");
        await rollout.SetRampingAsync("3", 0);
        await ContinueAsync(rollout, asked);
        var started = await StartedAsync(rollout, "order");
        Assert.That((started.InheritedPinnedVersion, started.InheritedAutoUpgradeInfo.ContinueAsNewInitialVersioningBehavior), Is.EqualTo((default(Temporalio.Api.Deployment.V1.WorkerDeploymentVersion), asked)));
        await rollout.Worker(begins).WorkAsync(Pinned);
        Assert.That((await rollout.VersioningOfAsync("order")).DeploymentVersion, Is.EqualTo(Rollout.Version(begins)));
    }

    [Test]
    public async Task A_workflow_that_continues_on_another_queue_keeps_its_version_if_that_polls_there([Values(Pinned, AutoUpgrade)] VersioningBehavior behavior, [Values] bool polls)
    {
        await using var rollout = await OnFirstAsync(behavior);
        if (polls)
        {
            await rollout.Worker("1", "elsewhere").TryPollAsync();
        }

        await ContinueAsync(rollout, default, behavior, "elsewhere");
        var started = await StartedAsync(rollout, "order");
        var inherited = behavior == Pinned ? started.InheritedPinnedVersion : started.InheritedAutoUpgradeInfo?.SourceDeploymentVersion;
        Assert.That(inherited?.BuildId, Is.EqualTo(polls ? "1" : null));
        Assert.That(await rollout.Worker(polls ? "1" : null, "elsewhere").TryPollAsync(), Is.EqualTo("order"));
    }

    [Test]
    public async Task An_auto_upgrade_workflow_continues_as_new_on_the_current_version()
    {
        await using var rollout = await OnFirstAsync(AutoUpgrade);
        await ContinueAsync(rollout, default, AutoUpgrade);
        Assert.That((await StartedAsync(rollout, "order")).InheritedAutoUpgradeInfo.SourceDeploymentVersion, Is.EqualTo(Rollout.Version("1")));
        await rollout.SetCurrentAsync("2");
        Assert.That(await rollout.Worker("2").TryPollAsync(), Is.EqualTo("order"));
    }

    [Test]
    public async Task A_retry_keeps_an_inherited_pin_and_no_other([Values] bool inherits)
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        await rollout.SetCurrentAsync("1");
        var id = "order";
        if (inherits)
        {
            var child = Child(Rollout.Queue);
            child.StartChildWorkflowExecutionCommandAttributes.RetryPolicy = Soon();
            await rollout.StartWorkflowAsync("parent");
            await rollout.Worker("1").WorkAsync(Pinned, child);
            id = "child";
            await StartedAsync(rollout, id);
            var other = await rollout.Worker("1").PollAsync();
            await rollout.Worker("1").AnswerAsync(other, Pinned, other.WorkflowExecution.WorkflowId == id ? [Fail()] : []);
            if (other.WorkflowExecution.WorkflowId != id)
            {
                await rollout.Worker("1").WorkAsync(Pinned, Fail());
            }
        }
        else
        {
            await rollout.StartWorkflowAsync(id, start => start.RetryPolicy = Soon());
            await rollout.Worker("1").WorkAsync(Pinned, Fail());
        }

        var started = await StartedAsync(rollout, id);
        Assert.That((started.Attempt, started.InheritedPinnedVersion?.BuildId), Is.EqualTo((2, inherits ? "1" : null)));
    }

    [Test]
    public async Task A_pin_by_an_operator_outlives_a_retry()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        await rollout.StartWorkflowAsync("order", start =>
        {
            start.RetryPolicy = Soon();
            start.VersioningOverride = Rollout.Pin("2");
        });
        await rollout.Worker("2").WorkAsync(AutoUpgrade, Fail());
        Assert.That((await StartedAsync(rollout, "order")).VersioningOverride, Is.EqualTo(Rollout.Pin("2")));
    }

    private static Temporalio.Api.Common.V1.RetryPolicy Soon() => new() { InitialInterval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1)), MaximumAttempts = 2 };

    private static Command Fail() => new()
    {
        CommandType = CommandType.FailWorkflowExecution,
        FailWorkflowExecutionCommandAttributes = new() { Failure = new() { Message = "no", ApplicationFailureInfo = new() } },
    };

    private static Command Child(string queue) => new()
    {
        CommandType = CommandType.StartChildWorkflowExecution,
        StartChildWorkflowExecutionCommandAttributes = new() { WorkflowId = "child", WorkflowType = new() { Name = "by-hand" }, TaskQueue = new() { Name = queue }, ParentClosePolicy = ParentClosePolicy.Abandon },
    };

    /// <summary>A workflow that has completed a task on version 1, which is current; there is a version 2.</summary>
    private static async Task<Rollout> OnFirstAsync(VersioningBehavior behavior, params IEnumerable<Command> commands)
    {
        var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        await rollout.SetCurrentAsync("1");
        await rollout.StartWorkflowAsync("order");
        await rollout.Worker("1").WorkAsync(behavior, commands);
        return rollout;
    }

    private static async Task ContinueAsync(Rollout rollout, ContinueAsNewVersioningBehavior asked, VersioningBehavior behavior = Pinned, string queue = Rollout.Queue)
    {
        await rollout.SignalAsync("order");
        await rollout.Worker("1").WorkAsync(behavior, new Command
        {
            CommandType = CommandType.ContinueAsNewWorkflowExecution,
            ContinueAsNewWorkflowExecutionCommandAttributes = new() { InitialVersioningBehavior = asked, TaskQueue = new() { Name = queue } },
        });
    }

    /// <summary>Answers the first event of the newest run of a workflow, once there is one.</summary>
    private static async Task<WorkflowExecutionStartedEventAttributes> StartedAsync(Rollout rollout, string id)
    {
        while (true)
        {
            try
            {
                return (await rollout.HistoryAsync(id))[0].WorkflowExecutionStartedEventAttributes;
            }
            catch (Temporalio.Exceptions.RpcException missing) when (missing.Code == Temporalio.Exceptions.RpcException.StatusCode.NotFound)
            {
                await Task.Yield();
            }
        }
    }
}
