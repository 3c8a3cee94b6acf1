using Temporalio.Api.Enums.V1;

namespace OrderOrchestration.Tests.Server.Deployments;

/// <summary>Which version's workers get a workflow's activities.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class VersionedActivityTests
{
    private const VersioningBehavior AutoUpgrade = VersioningBehavior.AutoUpgrade;
    private const VersioningBehavior Pinned = VersioningBehavior.Pinned;

    [Test]
    public async Task Activities_of_a_pinned_workflow_stay_with_its_version()
    {
        await using var rollout = await StartAsync(Pinned);
        await rollout.SetCurrentAsync("2");
        Assert.That(await rollout.Worker("2").TryPollActivityAsync(), Is.Null);
        var task = await rollout.Worker("1").PollActivityAsync();
        Assert.That((await rollout.DescribeWorkflowAsync("order")).PendingActivities.Single().LastDeploymentVersion, Is.EqualTo(Rollout.Version("1")));
        await rollout.Worker("1").CompleteActivityAsync(task);
        Assert.That(await rollout.Worker("1").TryPollAsync(), Is.EqualTo("order"));
    }

    [Test]
    public async Task An_activity_that_the_new_version_takes_moves_its_workflow_first()
    {
        await using var rollout = await StartAsync(AutoUpgrade);
        await rollout.SetCurrentAsync("2");
        Assert.That(await rollout.Worker("1").TryPollActivityAsync(), Is.Null);
        Assert.That(await rollout.Worker("2").TryPollActivityAsync(), Is.Null, "the workflow moves first");
        Assert.That((await rollout.VersioningOfAsync("order")).VersionTransition.DeploymentVersion, Is.EqualTo(Rollout.Version("2")));
        await rollout.Worker("2").WorkAsync(AutoUpgrade);
        Assert.That(await rollout.Worker("2").TryPollActivityAsync(), Is.EqualTo("activity"));
    }

    [Test]
    public async Task An_activity_on_a_queue_that_the_pinned_version_does_not_poll_goes_to_that_queues_workers()
    {
        await using var rollout = await StartAsync(Pinned, activityQueue: "elsewhere");
        Assert.That(await rollout.Worker("1").TryPollActivityAsync(), Is.Null);
        Assert.That(await rollout.Worker(null, "elsewhere").TryPollActivityAsync(), Is.EqualTo("activity"));
    }

    [Test]
    public async Task An_independent_activity_follows_the_routing_of_its_own_queue()
    {
        await using var rollout = await StartAsync(Pinned, activityQueue: "elsewhere");
        var other = rollout.Worker("7", "elsewhere", "payments");
        await other.TryPollActivityAsync();
        await rollout.Service.SetWorkerDeploymentCurrentVersionAsync(new() { Namespace = "default", DeploymentName = "payments", BuildId = "7", Identity = "deployer" });
        Assert.That(await rollout.Worker(null, "elsewhere").TryPollActivityAsync(), Is.Null);
        var task = await other.PollActivityAsync();
        await other.CompleteActivityAsync(task);
        Assert.That((await rollout.VersioningOfAsync("order")).DeploymentVersion, Is.EqualTo(Rollout.Version("1")), "the activity's version is not the workflow's");
    }

    [Test]
    public async Task A_pinned_activity_waits_for_its_version_from_the_moment_that_version_polls_the_queue()
    {
        await using var rollout = await StartAsync(Pinned, activityQueue: "elsewhere");
        Assert.That(await rollout.Worker("1", "elsewhere").TryPollActivityAsync(), Is.EqualTo("activity"));
    }

    [Test]
    public async Task An_activity_under_way_ends_on_the_version_that_began_it()
    {
        await using var rollout = await StartAsync(AutoUpgrade);
        var task = await rollout.Worker("1").PollActivityAsync();
        await rollout.SetCurrentAsync("2");
        await rollout.Worker("1").CompleteActivityAsync(task);
        Assert.That(await rollout.Worker("2").TryPollAsync(), Is.EqualTo("order"));
    }

    /// <summary>A workflow on version 1 that has scheduled an activity.</summary>
    private static async Task<Rollout> StartAsync(VersioningBehavior behavior, string activityQueue = Rollout.Queue)
    {
        var rollout = await Rollout.StartAsync();
        foreach (var buildId in new[] { "1", "2" })
        {
            await rollout.Worker(buildId).TryPollAsync();
            await rollout.Worker(buildId).TryPollActivityAsync();
        }

        await rollout.SetCurrentAsync("1");
        await rollout.StartWorkflowAsync("order");
        await rollout.Worker("1").WorkAsync(behavior, ManualWorker.Activity("activity", activityQueue));
        return rollout;
    }
}
