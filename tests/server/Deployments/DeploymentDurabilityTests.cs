using EmbeddedTemporal;
using OrderOrchestration.Tests.Server.Durability;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using VersionStatus = Temporalio.Api.Enums.V1.WorkerDeploymentVersionStatus;

namespace OrderOrchestration.Tests.Server.Deployments;

/// <summary>A roll-out goes on after a restart where it was.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class DeploymentDurabilityTests
{
    [Test]
    public async Task Deployments_are_as_they_were()
    {
        using var file = new DatabaseFile();
        Temporalio.Api.WorkflowService.V1.DescribeWorkerDeploymentResponse before;
        await using (var rollout = await StartAsync(file))
        {
            await rollout.RegisterAsync("1", "2", "3");
            await rollout.SetCurrentAsync("1");
            await rollout.SetCurrentAsync("2");
            await rollout.SetRampingAsync("3", 40);
            await rollout.Service.UpdateWorkerDeploymentVersionMetadataAsync(
                new() { Namespace = "default", DeploymentVersion = Rollout.Version("3"), UpsertEntries = { ["commit"] = new Payload() } });
            await rollout.Service.SetWorkerDeploymentManagerAsync(new() { Namespace = "default", DeploymentName = "orders", Identity = "deployer", Self = true });
            before = await rollout.DescribeAsync();
        }

        await using var again = await StartAsync(file);
        Assert.That(await again.DescribeAsync(), Is.EqualTo(before));
        Assert.That((await again.DescribeVersionAsync("3")).Metadata.Entries.Keys, Is.EqualTo(["commit"]));
        await again.SetCurrentAsync("3", before.ConflictToken);
    }

    [Test]
    public async Task What_was_routed_stays_routed([Values] bool pinned)
    {
        using var file = new DatabaseFile();
        await using (var rollout = await StartAsync(file))
        {
            await rollout.RegisterAsync("1", "2");
            await rollout.SetCurrentAsync("1");
            await rollout.StartWorkflowAsync("order");
            await rollout.Worker("1").WorkAsync(pinned ? VersioningBehavior.Pinned : VersioningBehavior.AutoUpgrade);
            await rollout.SetCurrentAsync("2");
            await rollout.SignalAsync("order");
        }

        await using var again = await StartAsync(file);
        Assert.That(await again.Worker(pinned ? "2" : "1").TryPollAsync(), Is.Null);
        Assert.That(await again.Worker(pinned ? "1" : "2").TryPollAsync(), Is.EqualTo("order"));
    }

    [Test]
    public async Task A_move_under_way_is_completed()
    {
        using var file = new DatabaseFile();
        await using (var rollout = await StartAsync(file))
        {
            foreach (var buildId in new[] { "1", "2" })
            {
                await rollout.Worker(buildId).TryPollAsync();
                await rollout.Worker(buildId).TryPollActivityAsync();
            }

            await rollout.SetCurrentAsync("1");
            await rollout.StartWorkflowAsync("order");
            await rollout.Worker("1").WorkAsync(VersioningBehavior.AutoUpgrade, ManualWorker.Activity("activity", Rollout.Queue));
            await rollout.SetCurrentAsync("2");
            Assert.That(await rollout.Worker("2").TryPollActivityAsync(), Is.Null, "the workflow moves first");
        }

        await using var again = await StartAsync(file);
        Assert.That((await again.VersioningOfAsync("order")).VersionTransition.DeploymentVersion, Is.EqualTo(Rollout.Version("2")));
        Assert.That(await again.Worker("2").TryPollActivityAsync(), Is.Null);
        await again.Worker("2").WorkAsync(VersioningBehavior.AutoUpgrade);
        Assert.That((await again.VersioningOfAsync("order")).DeploymentVersion, Is.EqualTo(Rollout.Version("2")));
        Assert.That(await again.Worker("2").TryPollActivityAsync(), Is.EqualTo("activity"));
    }

    [Test]
    public async Task Drainage_goes_on()
    {
        using var file = new DatabaseFile();
        await using (var rollout = await StartAsync(file))
        {
            await rollout.RegisterAsync("1", "2");
            await rollout.SetCurrentAsync("1");
            await rollout.SetCurrentAsync("2");
        }

        await using var again = await Rollout.StartDrainingAsync(new EmbeddedTemporalOptions { DatabaseFile = file.Path });
        await again.UntilAsync("1", version => version.Status == VersionStatus.Drained);
    }

    private static Task<Rollout> StartAsync(DatabaseFile file) => Rollout.StartAsync(new EmbeddedTemporalOptions { DatabaseFile = file.Path });
}
