using EmbeddedTemporal;
using Temporalio.Api.Enums.V1;
using Status = Temporalio.Exceptions.RpcException.StatusCode;
using VersionStatus = Temporalio.Api.Enums.V1.WorkerDeploymentVersionStatus;

namespace OrderOrchestration.Tests.Server.Deployments;

/// <summary>A version without new workflows drains, and has drained when no pinned workflow runs on it any more.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class DrainageTests
{
    [Test]
    public async Task A_version_drains_while_a_pinned_workflow_runs_on_it()
    {
        await using var rollout = await Rollout.StartDrainingAsync();
        await RunOnFirstAsync(rollout, VersioningBehavior.Pinned);
        var begun = (await rollout.DescribeVersionAsync("1")).DrainageInfo.LastCheckedTime;
        var looked = await rollout.UntilAsync("1", version => version.DrainageInfo.LastCheckedTime > begun);
        Assert.That((looked.Status, looked.DrainageInfo.Status), Is.EqualTo((VersionStatus.Draining, VersionDrainageStatus.Draining)));

        await rollout.SignalAsync("order");
        await rollout.Worker("1").WorkAsync(VersioningBehavior.Pinned, ManualWorker.Complete());
        var drained = await rollout.UntilAsync("1", version => version.Status == VersionStatus.Drained);
        Assert.That(drained.DrainageInfo.Status, Is.EqualTo(VersionDrainageStatus.Drained));
        Assert.That((await rollout.DescribeAsync()).WorkerDeploymentInfo.VersionSummaries.Single(version => version.DeploymentVersion.BuildId == "1").Status, Is.EqualTo(VersionStatus.Drained));
    }

    [Test]
    public async Task An_auto_upgrade_workflow_does_not_hold_its_version()
    {
        await using var rollout = await Rollout.StartDrainingAsync();
        await RunOnFirstAsync(rollout, VersioningBehavior.AutoUpgrade);
        await rollout.UntilAsync("1", version => version.Status == VersionStatus.Drained);
    }

    [Test]
    public async Task A_workflow_that_is_pinned_to_another_version_lets_the_old_one_drain()
    {
        await using var rollout = await Rollout.StartDrainingAsync();
        await RunOnFirstAsync(rollout, VersioningBehavior.Pinned);
        await rollout.UpdateOptionsAsync("order", new() { VersioningOverride = Rollout.Pin("2") }, "versioning_override");
        await rollout.UntilAsync("1", version => version.Status == VersionStatus.Drained);
    }

    [Test]
    public async Task Drainage_is_looked_at_after_three_minutes_and_skipped_time_counts()
    {
        await using var rollout = await Rollout.StartAsync(new EmbeddedTemporalOptions());
        await RunOnFirstAsync(rollout, VersioningBehavior.AutoUpgrade);
        await rollout.SignalAsync("order");
        await rollout.Worker("2").WorkAsync(VersioningBehavior.AutoUpgrade, ManualWorker.Complete());
        await rollout.Server.SkipAsync(TimeSpan.FromMinutes(2));
        Assert.That((await rollout.DescribeVersionAsync("1")).Status, Is.EqualTo(VersionStatus.Draining));
        await rollout.Server.SkipAsync(TimeSpan.FromMinutes(2));
        await rollout.UntilAsync("1", version => version.Status == VersionStatus.Drained);
    }

    [Test]
    public async Task A_drained_version_without_workers_answers_no_query()
    {
        await using var rollout = await Rollout.StartDrainingAsync();
        var worker = rollout.Worker("1");
        await worker.TryPollAsync();
        await rollout.SetCurrentAsync("1");
        await rollout.StartWorkflowAsync("order");
        await worker.WorkAsync(VersioningBehavior.Pinned, ManualWorker.Complete());
        await rollout.SetCurrentAsync(null);
        await rollout.UntilAsync("1", version => version.Status == VersionStatus.Drained);
        await rollout.Service.ShutdownWorkerAsync(new() { Namespace = "default", WorkerInstanceKey = worker.Identity });
        var (code, message) = await Rollout.RefusalAsync(() => rollout.Service.QueryWorkflowAsync(
            new() { Namespace = "default", Execution = new() { WorkflowId = "order" }, Query = new() { QueryType = "state" } }));
        Assert.That(code, Is.EqualTo(Status.FailedPrecondition));
        Assert.That(message, Does.StartWith("You are trying to query a closed Workflow that is PINNED to Worker Deployment Version 1"));
    }

    /// <summary>A workflow that has completed a task on version 1; version 2 is current then.</summary>
    private static async Task RunOnFirstAsync(Rollout rollout, VersioningBehavior behavior)
    {
        await rollout.RegisterAsync("1", "2");
        await rollout.SetCurrentAsync("1");
        await rollout.StartWorkflowAsync("order");
        await rollout.Worker("1").WorkAsync(behavior);
        await rollout.SetCurrentAsync("2");
    }
}
