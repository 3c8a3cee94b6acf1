using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;
using Status = Temporalio.Exceptions.RpcException.StatusCode;

namespace OrderOrchestration.Tests.Server.Deployments;

/// <summary>What an operator may set in place of a workflow's own version and behavior.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class VersionOverrideTests
{
    private const string Override = "versioning_override";

    private static VersioningOverride AutoUpgrade => new() { AutoUpgrade = true };

    [Test]
    public async Task A_workflow_starts_where_its_override_pins_it()
    {
        await using var rollout = await StartAsync();
        await rollout.StartWorkflowAsync("order", start => start.VersioningOverride = Rollout.Pin("2"));
        Assert.That(await rollout.Worker("1").TryPollAsync(), Is.Null);
        await rollout.Worker("2").WorkAsync(VersioningBehavior.AutoUpgrade);
        var info = await rollout.VersioningOfAsync("order");
        Assert.That((info.Behavior, info.VersioningOverride.Pinned.Version), Is.EqualTo((VersioningBehavior.AutoUpgrade, Rollout.Version("2"))));
        Assert.That((await rollout.HistoryAsync("order"))[0].WorkflowExecutionStartedEventAttributes.VersioningOverride, Is.EqualTo(Rollout.Pin("2")));
    }

    [Test]
    public async Task A_pin_is_to_a_version_that_polls_the_queue()
    {
        await using var rollout = await StartAsync();
        var expected = (Status.FailedPrecondition, "Pinned version 'orders:9' is not present in task queue 'order-queue' of type 'Workflow'");
        Assert.That(await Rollout.RefusalAsync(() => rollout.StartWorkflowAsync("order", start => start.VersioningOverride = Rollout.Pin("9"))), Is.EqualTo(expected));
        await rollout.StartWorkflowAsync("order");
        Assert.That(await Rollout.RefusalAsync(() => rollout.UpdateOptionsAsync("order", new() { VersioningOverride = Rollout.Pin("9") }, Override)), Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(InvalidOverrides))]
    public async Task An_override_says_what_it_overrides(VersioningOverride given, string message)
    {
        await using var rollout = await StartAsync();
        Assert.That(
            await Rollout.RefusalAsync(() => rollout.StartWorkflowAsync("order", start => start.VersioningOverride = given)),
            Is.EqualTo((Status.InvalidArgument, message)));
    }

    [Test]
    public async Task A_workflow_under_way_is_pinned_elsewhere_and_let_go_again()
    {
        await using var rollout = await StartAsync();
        await rollout.StartWorkflowAsync("order");
        await rollout.Worker("1").WorkAsync(VersioningBehavior.Pinned);
        await rollout.SignalAsync("order");
        await rollout.UpdateOptionsAsync("order", new() { VersioningOverride = Rollout.Pin("2") }, Override);
        Assert.That(await rollout.Worker("1").TryPollAsync(), Is.Null, "the waiting task moves as well");
        await rollout.Worker("2").WorkAsync(VersioningBehavior.Pinned);

        await rollout.UpdateOptionsAsync("order", new(), Override);
        await rollout.SignalAsync("order");
        var info = await rollout.VersioningOfAsync("order");
        Assert.That((info.VersioningOverride, info.DeploymentVersion.BuildId), Is.EqualTo((default(VersioningOverride), "2")));
        Assert.That(await rollout.Worker("2").TryPollAsync(), Is.EqualTo("order"));
    }

    [Test]
    public async Task A_pinned_workflow_can_be_made_to_upgrade()
    {
        await using var rollout = await StartAsync();
        await rollout.StartWorkflowAsync("order");
        await rollout.Worker("1").WorkAsync(VersioningBehavior.Pinned);
        await rollout.SetCurrentAsync("2");
        await rollout.UpdateOptionsAsync("order", new() { VersioningOverride = AutoUpgrade }, Override);
        await rollout.SignalAsync("order");
        Assert.That(await rollout.Worker("2").TryPollAsync(), Is.EqualTo("order"));
    }

    [Test]
    public async Task An_override_is_an_event_once_and_no_event_when_nothing_changes()
    {
        await using var rollout = await StartAsync();
        await rollout.StartWorkflowAsync("order");
        var first = await rollout.UpdateOptionsAsync("order", new() { VersioningOverride = Rollout.Pin("2") }, Override);
        var again = await rollout.UpdateOptionsAsync("order", new() { VersioningOverride = Rollout.Pin("2") }, Override);
        Assert.That((first.WorkflowExecutionOptions, again.WorkflowExecutionOptions.VersioningOverride), Is.EqualTo((again.WorkflowExecutionOptions, Rollout.Pin("2"))));
        var updated = (await rollout.HistoryAsync("order")).Where(e => e.EventType == EventType.WorkflowExecutionOptionsUpdated).ToList();
        Assert.That(
            updated.Select(e => (e.WorkflowExecutionOptionsUpdatedEventAttributes.VersioningOverride, e.WorkflowExecutionOptionsUpdatedEventAttributes.Identity, e.WorkerMayIgnore)),
            Is.EqualTo([(Rollout.Pin("2"), "operator", true)]));
    }

    [Test]
    public async Task A_pin_without_a_version_keeps_a_pinned_workflow_where_it_is()
    {
        await using var rollout = await StartAsync();
        var unnamed = Rollout.Pin("any");
        unnamed.Pinned.Version = null;
        await rollout.StartWorkflowAsync("order");
        Assert.That(
            await Rollout.RefusalAsync(() => rollout.UpdateOptionsAsync("order", new() { VersioningOverride = unnamed }, Override)),
            Is.EqualTo((Status.FailedPrecondition, "must specify a specific pinned override version because workflow with id order has behavior Unspecified and is not yet pinned to any version")));
        await rollout.Worker("1").WorkAsync(VersioningBehavior.Pinned);
        var options = await rollout.UpdateOptionsAsync("order", new() { VersioningOverride = unnamed }, Override);
        Assert.That(options.WorkflowExecutionOptions.VersioningOverride, Is.EqualTo(Rollout.Pin("1")));
    }

    [Test]
    public async Task An_update_says_which_options_it_means()
    {
        await using var rollout = await StartAsync();
        await rollout.StartWorkflowAsync("order");
        Task Update(WorkflowExecutionOptions options, params string[] paths) => rollout.UpdateOptionsAsync("order", options, paths);
        Assert.That((await Rollout.RefusalAsync(() => Update(new(), "nonsense"))).Code, Is.EqualTo(Status.InvalidArgument));
        Assert.That(
            (await Rollout.RefusalAsync(() => Update(new() { VersioningOverride = AutoUpgrade }, "versioning_override.behavior"))).Message,
            Is.EqualTo("error applying update_options: versioning_override fields must be updated together"));
        Assert.That((await Rollout.RefusalAsync(() => rollout.Service.UpdateWorkflowExecutionOptionsAsync(
            new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "order" }, WorkflowExecutionOptions = new() }))).Message, Is.EqualTo("UpdateMask is required"));
        Assert.That((await Rollout.RefusalAsync(() => rollout.Service.UpdateWorkflowExecutionOptionsAsync(
            new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "order" }, UpdateMask = new() }))).Message, Is.EqualTo("WorkflowExecutionOptions is required"));
        await rollout.Service.TerminateWorkflowExecutionAsync(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "order" } });
        Assert.That((await Rollout.RefusalAsync(() => Update(new() { VersioningOverride = AutoUpgrade }, Override))).Code, Is.EqualTo(Status.NotFound));
    }

    [Test]
    public async Task A_batch_job_pins_what_a_filter_finds()
    {
        await using var rollout = await StartAsync();
        await rollout.StartWorkflowAsync("first");
        await rollout.StartWorkflowAsync("second");
        await rollout.Service.StartBatchOperationAsync(new()
        {
            Namespace = "default",
            JobId = "job",
            Reason = "roll-out",
            VisibilityQuery = "ExecutionStatus = 'Running'",
            UpdateWorkflowOptionsOperation = new() { Identity = "operator", WorkflowExecutionOptions = new() { VersioningOverride = Rollout.Pin("2") }, UpdateMask = new() { Paths = { Override } } },
        });
        Assert.That(new[] { await rollout.Worker("2").PollAsync(), await rollout.Worker("2").PollAsync() }.Select(task => task.WorkflowExecution.WorkflowId), Is.EquivalentTo(["first", "second"]));
#pragma warning disable CS0612 // The real server still tells the older name of the type.
        Assert.That((await rollout.Service.DescribeBatchOperationAsync(new() { Namespace = "default", JobId = "job" })).OperationType, Is.EqualTo(BatchOperationType.UpdateExecutionOptions));
#pragma warning restore CS0612
    }

    [Test]
    public async Task A_reset_keeps_a_later_override_and_may_set_another([Values] bool sets)
    {
        await using var rollout = await StartAsync();
        await rollout.StartWorkflowAsync("order");
        await rollout.Worker("1").WorkAsync(VersioningBehavior.Pinned);
        await rollout.UpdateOptionsAsync("order", new() { VersioningOverride = Rollout.Pin("2") }, Override);
        var reset = new Temporalio.Api.WorkflowService.V1.ResetWorkflowExecutionRequest
        {
            Namespace = "default",
            WorkflowExecution = new() { WorkflowId = "order" },
            WorkflowTaskFinishEventId = 4,
            RequestId = "reset",
        };
        if (sets)
        {
            reset.PostResetOperations.Add(new PostResetOperation
            {
                UpdateWorkflowOptions = new() { WorkflowExecutionOptions = new() { VersioningOverride = Rollout.Pin("3") }, UpdateMask = new() { Paths = { Override } } },
            });
        }

        await rollout.RegisterAsync("3");
        await rollout.Service.ResetWorkflowExecutionAsync(reset);
        Assert.That(await rollout.Worker(sets ? "3" : "2").TryPollAsync(), Is.EqualTo("order"));
    }

    private static IEnumerable<TestCaseData> InvalidOverrides()
    {
        var noVersion = Rollout.Pin("1");
        noVersion.Pinned.Version = null;
        yield return new(noVersion, "must provide version if override is pinned.");
        var noBehavior = Rollout.Pin("1");
        noBehavior.Pinned.Behavior = default;
        yield return new(noBehavior, "must specify pinned override behavior if override is pinned.");
        yield return new(new VersioningOverride(), "override behavior is required");
#pragma warning disable CS0612 // The older API is still checked.
        yield return new(new VersioningOverride { Behavior = VersioningBehavior.Pinned }, "must provide deployment (deprecated) or pinned version if behavior is 'PINNED'");
        yield return new(
            new VersioningOverride { Behavior = VersioningBehavior.Pinned, PinnedVersion = "nonsense" },
            "invalid version string \"nonsense\", expected format is \"<deployment_name>.<build_id>\"");
        yield return new(new VersioningOverride { Behavior = VersioningBehavior.AutoUpgrade, PinnedVersion = "orders.1" }, "only provide pinned version if behavior is 'PINNED'");
#pragma warning restore CS0612
    }

    private static async Task<Rollout> StartAsync()
    {
        var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        await rollout.SetCurrentAsync("1");
        return rollout;
    }
}
