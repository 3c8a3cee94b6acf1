using Temporalio.Api.Enums.V1;

namespace OrderOrchestration.Tests.Server.Deployments;

/// <summary>What history, descriptions and lists tell of a workflow's version.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class VersionAttributeTests
{
    private const VersioningBehavior AutoUpgrade = VersioningBehavior.AutoUpgrade;
    private const VersioningBehavior Pinned = VersioningBehavior.Pinned;

    [Test]
    public async Task A_completed_task_tells_the_version_and_behavior_of_its_worker()
    {
        await using var rollout = await StartAsync();
        await rollout.StartWorkflowAsync("order");
        await rollout.Worker("1").WorkAsync(Pinned);
        var completed = (await rollout.HistoryAsync("order")).Single(e => e.EventType == EventType.WorkflowTaskCompleted).WorkflowTaskCompletedEventAttributes;
        Assert.That(
            (completed.DeploymentVersion, completed.VersioningBehavior, completed.WorkerDeploymentName), Is.EqualTo((Rollout.Version("1"), Pinned, "orders")));
    }

    [Test]
    public async Task A_worker_of_a_deployment_without_versioning_leaves_its_name_only()
    {
        await using var rollout = await StartAsync();
        await rollout.SetCurrentAsync(null);
        await rollout.StartWorkflowAsync("order");
        var task = await rollout.Worker(null).PollAsync();
        await rollout.Service.RespondWorkflowTaskCompletedAsync(new()
        {
            TaskToken = task.TaskToken,
            DeploymentOptions = new() { DeploymentName = "orders", BuildId = "0", WorkerVersioningMode = WorkerVersioningMode.Unversioned },
        });
        var info = (await rollout.DescribeWorkflowAsync("order")).WorkflowExecutionInfo;
        Assert.That((info.WorkerDeploymentName, info.VersioningInfo), Is.EqualTo(("orders", default(object))));
        await FindsAsync(rollout, "TemporalWorkerDeployment = 'orders'", "order");
    }

    [Test]
    public async Task Lists_find_workflows_by_version_and_behavior()
    {
        await using var rollout = await StartAsync();
        await rollout.StartWorkflowAsync("pinned");
        await rollout.Worker("1").WorkAsync(Pinned);
        await rollout.StartWorkflowAsync("upgrading");
        await rollout.Worker("1").WorkAsync(AutoUpgrade);
        await FindsAsync(rollout, "TemporalWorkerDeploymentVersion = 'orders:1' AND TemporalWorkflowVersioningBehavior = 'Pinned'", "pinned");
        await FindsAsync(rollout, "TemporalWorkflowVersioningBehavior = 'AutoUpgrade'", "upgrading");

        await rollout.SetCurrentAsync("2");
        await rollout.SignalAsync("upgrading");
        await rollout.Worker("2").WorkAsync(AutoUpgrade);
        await FindsAsync(rollout, "TemporalWorkerDeploymentVersion = 'orders:2'", "upgrading");
        await FindsAsync(rollout, "TemporalUsedWorkerDeploymentVersions = 'orders:1' AND TemporalUsedWorkerDeploymentVersions = 'orders:2'", "upgrading");

        await rollout.UpdateOptionsAsync("upgrading", new() { VersioningOverride = Rollout.Pin("1") }, "versioning_override");
        await FindsAsync(rollout, "TemporalWorkerDeploymentVersion = 'orders:1' AND TemporalWorkflowVersioningBehavior = 'Pinned'", "pinned", "upgrading");
    }

    [Test]
    public async Task A_closed_workflow_is_still_found_by_its_version()
    {
        await using var rollout = await StartAsync();
        await rollout.StartWorkflowAsync("order");
        await rollout.Worker("1").WorkAsync(Pinned, ManualWorker.Complete());
        await FindsAsync(rollout, "TemporalWorkerDeploymentVersion = 'orders:1' AND ExecutionStatus = 'Completed'", "order");
        Assert.That((await rollout.DescribeWorkflowAsync("order")).WorkflowExecutionInfo.VersioningInfo.DeploymentVersion, Is.EqualTo(Rollout.Version("1")));
    }

    [Test]
    public async Task A_workflow_that_goes_on_without_versioning_has_no_version()
    {
        await using var rollout = await StartAsync();
        await rollout.StartWorkflowAsync("order");
        await rollout.Worker("1").WorkAsync(AutoUpgrade);
        await rollout.SetCurrentAsync(null);
        await rollout.SignalAsync("order");
        await rollout.Worker(null).WorkAsync(VersioningBehavior.Unspecified);
        var info = (await rollout.DescribeWorkflowAsync("order")).WorkflowExecutionInfo;
        Assert.That(info.VersioningInfo?.DeploymentVersion, Is.Null);
        Assert.That(info.SearchAttributes.IndexedFields.Keys, Does.Not.Contain("TemporalWorkerDeploymentVersion"));
        await rollout.SignalAsync("order");
        Assert.That(await rollout.Worker(null).TryPollAsync(), Is.EqualTo("order"));
    }

    private static async Task<Rollout> StartAsync()
    {
        var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        await rollout.SetCurrentAsync("1");
        return rollout;
    }

    private static async Task FindsAsync(Rollout rollout, string query, params string[] ids)
    {
        var found = await rollout.Service.ListWorkflowExecutionsAsync(new() { Namespace = "default", Query = query });
        Assert.That(found.Executions.Select(info => info.Execution.WorkflowId), Is.EquivalentTo(ids), query);
    }
}
