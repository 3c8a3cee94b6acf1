using Temporalio.Api.Enums.V1;
using WorkerDeploymentVersionStatus = Temporalio.Api.Enums.V1.WorkerDeploymentVersionStatus;

namespace OrderOrchestration.Tests.Server.Deployments;

/// <summary>Which version's workers get a workflow: new ones by the deployment's routing, those under way by their behavior.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class RoutingTests
{
    private const VersioningBehavior AutoUpgrade = VersioningBehavior.AutoUpgrade;
    private const VersioningBehavior Pinned = VersioningBehavior.Pinned;

    [Test]
    public async Task A_version_is_known_from_its_first_poll_on()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.Worker("1").TryPollAsync();
        await rollout.Worker("1").TryPollActivityAsync();
        var deployment = (await rollout.DescribeAsync()).WorkerDeploymentInfo;
        Assert.That(deployment.VersionSummaries.Select(version => (version.DeploymentVersion.BuildId, version.Status)), Is.EqualTo([("1", WorkerDeploymentVersionStatus.Inactive)]));
        Assert.That(deployment.RoutingConfig.CurrentDeploymentVersion, Is.Null);
        Assert.That(
            (await rollout.DescribeVersionAsync("1")).TaskQueueInfos.Select(queue => (queue.Name, queue.Type)),
            Is.EqualTo([(Rollout.Queue, TaskQueueType.Workflow), (Rollout.Queue, TaskQueueType.Activity)]));
    }

    [Test]
    public async Task Workers_without_a_version_get_everything_until_there_is_a_current_one()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1");
        await rollout.StartWorkflowAsync("order");
        Assert.That(await rollout.Worker("1").TryPollAsync(), Is.Null);
        Assert.That(await rollout.Worker(null).TryPollAsync(), Is.EqualTo("order"));
    }

    [Test]
    public async Task Waiting_tasks_move_when_the_current_version_changes()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        await rollout.StartWorkflowAsync("first");
        await rollout.StartWorkflowAsync("second");
        await rollout.SetCurrentAsync("1");
        Assert.That(await rollout.WaitingForAsync("1"), Is.EqualTo(2));
        await rollout.SetCurrentAsync("2");
        Assert.That(await rollout.Worker("1").TryPollAsync(), Is.Null);
        Assert.That((await rollout.Worker("2").TryPollAsync(), await rollout.Worker("2").TryPollAsync()), Is.EqualTo(("first", "second")));
        await rollout.StartWorkflowAsync("third");
        await rollout.SetCurrentAsync(null);
        Assert.That(await rollout.Worker("2").TryPollAsync(), Is.Null);
        Assert.That(await rollout.Worker(null).TryPollAsync(), Is.EqualTo("third"));
    }

    [Test]
    public async Task An_auto_upgrade_workflow_moves_to_the_new_version_with_its_next_task()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        await rollout.SetCurrentAsync("1");
        await rollout.StartWorkflowAsync("order");
        await rollout.Worker("1").WorkAsync(AutoUpgrade);
        Assert.That((await rollout.VersioningOfAsync("order")).DeploymentVersion, Is.EqualTo(Rollout.Version("1")));

        await rollout.SetCurrentAsync("2");
        await rollout.SignalAsync("order");
        Assert.That(await rollout.Worker("1").TryPollAsync(), Is.Null);
        var task = await rollout.Worker("2").PollAsync();
        var moving = await rollout.VersioningOfAsync("order");
        Assert.That((moving.DeploymentVersion.BuildId, moving.VersionTransition?.DeploymentVersion?.BuildId), Is.EqualTo(("1", "2")));
        Assert.That(task.History.Events[0].EventId, Is.EqualTo(1), "the new worker does not know the run");
        await rollout.Worker("2").AnswerAsync(task, AutoUpgrade);
        var moved = await rollout.VersioningOfAsync("order");
        Assert.That((moved.DeploymentVersion.BuildId, moved.VersionTransition, moved.Behavior), Is.EqualTo(("2", default(Temporalio.Api.Workflow.V1.DeploymentVersionTransition), AutoUpgrade)));
    }

    [Test]
    public async Task A_pinned_workflow_stays_on_its_version()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        await rollout.SetCurrentAsync("1");
        await rollout.StartWorkflowAsync("order");
        await rollout.Worker("1").WorkAsync(Pinned);
        await rollout.SetCurrentAsync("2");
        await rollout.SignalAsync("order");
        Assert.That(await rollout.Worker("2").TryPollAsync(), Is.Null);
        Assert.That(await rollout.Worker("1").TryPollAsync(), Is.EqualTo("order"));
    }

    [Test]
    public async Task A_pinned_workflow_hears_that_there_is_another_version_and_an_auto_upgrade_one_does_not([Values(Pinned, AutoUpgrade)] VersioningBehavior behavior)
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        await rollout.SetCurrentAsync("1");
        await rollout.StartWorkflowAsync("order");
        var first = await rollout.Worker("1").WorkAsync(behavior);
        await rollout.SetCurrentAsync("2");
        await rollout.SignalAsync("order");
        var second = await rollout.Worker(behavior == Pinned ? "1" : "2").PollAsync();
        bool Told(Temporalio.Api.WorkflowService.V1.PollWorkflowTaskQueueResponse task) => task.History.Events[^1].WorkflowTaskStartedEventAttributes.TargetWorkerDeploymentVersionChanged;
        Assert.That((Told(first), Told(second)), Is.EqualTo((false, behavior == Pinned)));
    }

    [Test]
    public async Task A_ramp_splits_workflows_by_their_ids([Values(0, 30, 70, 100)] int percentage)
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        await rollout.SetCurrentAsync("1");
        await rollout.SetRampingAsync("2", percentage);
        for (var i = 0; i < 200; i++)
        {
            await rollout.StartWorkflowAsync($"order-{i}");
        }

        Assert.That(await rollout.WaitingForAsync("2"), percentage is 0 or 100 ? Is.EqualTo(2 * percentage) : Is.EqualTo(2 * percentage).Within(30));
        Assert.That(await rollout.WaitingForAsync("1"), Is.EqualTo(200 - await rollout.WaitingForAsync("2")));
    }

    [Test]
    public async Task A_growing_ramp_takes_no_workflow_back()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        await rollout.SetCurrentAsync("1");
        for (var i = 0; i < 40; i++)
        {
            await rollout.StartWorkflowAsync($"order-{i}");
        }

        var before = 0L;
        foreach (var percentage in new[] { 10, 40, 80, 100 })
        {
            await rollout.SetRampingAsync("2", percentage);
            var now = await rollout.WaitingForAsync("2");
            Assert.That(now, Is.GreaterThanOrEqualTo(before));
            before = now;
        }

        await rollout.SetRampingAsync(null, 0);
        Assert.That((await rollout.WaitingForAsync("1"), await rollout.WaitingForAsync("2")), Is.EqualTo((40, 0)));
    }

    [Test]
    public async Task A_ramp_may_lead_to_workers_without_a_version()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1");
        await rollout.SetCurrentAsync("1");
        await rollout.SetRampingAsync(null, 100);
        await rollout.StartWorkflowAsync("order");
        Assert.That(await rollout.Worker("1").TryPollAsync(), Is.Null);
        Assert.That(await rollout.Worker(null).TryPollAsync(), Is.EqualTo("order"));
    }

    [Test]
    public async Task The_sticky_worker_is_left_when_the_version_moves_on()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        await rollout.SetCurrentAsync("1");
        await rollout.StartWorkflowAsync("order");
        var old = rollout.Worker("1");
        var task = await old.PollAsync();
        var sticky = old.PollStickyAsync("sticky-1");
        await rollout.Service.RespondWorkflowTaskCompletedAsync(new()
        {
            TaskToken = task.TaskToken,
            DeploymentOptions = old.Options,
            VersioningBehavior = AutoUpgrade,
            StickyAttributes = new() { WorkerTaskQueue = new() { Name = "sticky-1", Kind = TaskQueueKind.Sticky }, ScheduleToStartTimeout = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromSeconds(10)) },
        });
        await rollout.SignalAsync("order");
        await old.AnswerAsync(await sticky, AutoUpgrade);

        await rollout.SetCurrentAsync("2");
        await rollout.SignalAsync("order");
        var moved = await rollout.Worker("2").PollAsync();
        Assert.That(moved.WorkflowExecution.WorkflowId, Is.EqualTo("order"));
    }

    [Test]
    public async Task A_query_goes_to_the_workflows_version([Values(Pinned, AutoUpgrade)] VersioningBehavior behavior)
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        await rollout.SetCurrentAsync("1");
        await rollout.StartWorkflowAsync("order");
        await rollout.Worker("1").WorkAsync(behavior);
        await rollout.SetCurrentAsync("2");
        var query = rollout.Service.QueryWorkflowAsync(new() { Namespace = "default", Execution = new() { WorkflowId = "order" }, Query = new() { QueryType = "state" } });
        var asked = await rollout.Worker(behavior == Pinned ? "1" : "2").PollAsync();
        await rollout.Service.RespondQueryTaskCompletedAsync(new() { TaskToken = asked.TaskToken, CompletedType = QueryResultType.Answered, QueryResult = ManualWorker.Payloads(1) });
        Assert.That((await query).QueryResult.Payloads_, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_queue_follows_the_deployment_that_changed_last()
    {
        await using var rollout = await Rollout.StartAsync();
        var other = rollout.Worker("9", Rollout.Queue, "other");
        await rollout.RegisterAsync("1");
        await other.TryPollAsync();
        await rollout.SetCurrentAsync("1");
        await rollout.Service.SetWorkerDeploymentCurrentVersionAsync(new() { Namespace = "default", DeploymentName = "other", BuildId = "9", Identity = "deployer" });
        await rollout.StartWorkflowAsync("order");
        Assert.That((await rollout.Worker("1").TryPollAsync(), await other.TryPollAsync()), Is.EqualTo((default(string), "order")));
    }

    [Test]
    public async Task The_queue_tells_its_versions()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        await rollout.SetCurrentAsync("1");
        await rollout.SetRampingAsync("2", 25);
        var described = await rollout.Service.DescribeTaskQueueAsync(new() { Namespace = "default", TaskQueue = new() { Name = Rollout.Queue } });
        Assert.That(
            (described.VersioningInfo.CurrentDeploymentVersion, described.VersioningInfo.RampingDeploymentVersion, described.VersioningInfo.RampingVersionPercentage),
            Is.EqualTo((Rollout.Version("1"), Rollout.Version("2"), 25f)));
        Assert.That(described.Pollers.Select(poller => poller.DeploymentOptions.BuildId).Order(), Is.EqualTo(["1", "2"]));
    }

    [Test]
    public async Task A_worker_that_says_it_is_versioned_must_say_which_version()
    {
        await using var rollout = await Rollout.StartAsync();
        async Task Refused(string deployment, string build, string message)
        {
            var refusal = await Rollout.RefusalAsync(() => rollout.Worker(build, Rollout.Queue, deployment).TryPollAsync());
            Assert.That(refusal, Is.EqualTo((Temporalio.Exceptions.RpcException.StatusCode.InvalidArgument, message)));
        }

        await Refused("", "1", "Both deployment name and build id must be set when versioning is enabled.");
        await Refused("orders", "", "Both deployment name and build id must be set when versioning is enabled.");
        await Refused("a.b", "1", "worker deployment name cannot contain '.'");
        await Refused("a:b", "1", "worker deployment name cannot contain ':'");
        await Refused("__a", "1", "WorkerDeploymentName cannot start with '__'");
        await Refused("orders", "__unversioned__", "BuildID cannot start with '__'");
        await Refused("orders", new string('b', 481), "size of BuildID larger than the maximum allowed");
    }

    [Test]
    public async Task Only_a_versioned_worker_may_state_a_behavior()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.StartWorkflowAsync("order");
        var task = await rollout.Worker(null).PollAsync();
        var refusal = await Rollout.RefusalAsync(() => rollout.Worker(null).AnswerAsync(task, Pinned));
        Assert.That(refusal.Message, Is.EqualTo("versioning behavior cannot be specified without deployment options being set with versioned mode"));
    }
}
