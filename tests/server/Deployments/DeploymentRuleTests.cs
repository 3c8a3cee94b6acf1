using EmbeddedTemporal;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;
using Status = Temporalio.Exceptions.RpcException.StatusCode;
using VersionStatus = Temporalio.Api.Enums.V1.WorkerDeploymentVersionStatus;

#pragma warning disable CS0612 // Fields of answers that the API wants to be asked of a description instead, and still fills.

namespace OrderOrchestration.Tests.Server.Deployments;

/// <summary>What may be changed of a deployment, by whom, and what it then tells.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class DeploymentRuleTests
{
    [Test]
    public async Task A_roll_out_is_told_step_by_step()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        Assert.That((await rollout.SetCurrentAsync("1")).PreviousDeploymentVersion, Is.Null);
        await rollout.SetRampingAsync("2", 20);
        var ramped = await rollout.SetRampingAsync("2", 60);
        Assert.That((ramped.PreviousDeploymentVersion, ramped.PreviousPercentage), Is.EqualTo((Rollout.Version("2"), 20f)));
        var ramping = await rollout.DescribeVersionAsync("2");
        Assert.That((ramping.Status, ramping.RampPercentage, ramping.RampingSinceTime is null), Is.EqualTo((VersionStatus.Ramping, 60f, false)));

        Assert.That((await rollout.SetCurrentAsync("2")).PreviousDeploymentVersion, Is.EqualTo(Rollout.Version("1")));
        var routing = (await rollout.DescribeAsync()).WorkerDeploymentInfo.RoutingConfig;
        Assert.That((routing.CurrentDeploymentVersion, routing.RampingDeploymentVersion, routing.RampingVersionPercentage), Is.EqualTo((Rollout.Version("2"), default(object), 0f)));
        Assert.That(routing.RevisionNumber, Is.EqualTo(4));
        var (one, two) = (await rollout.DescribeVersionAsync("1"), await rollout.DescribeVersionAsync("2"));
        Assert.That((one.Status, one.CurrentSinceTime, one.DrainageInfo.Status), Is.EqualTo((VersionStatus.Draining, default(object), Temporalio.Api.Enums.V1.VersionDrainageStatus.Draining)));
        Assert.That((two.Status, two.RampingSinceTime, two.DrainageInfo), Is.EqualTo((VersionStatus.Current, default(object), default(object))));
    }

    [Test]
    public async Task A_version_that_comes_back_drains_no_more()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        await rollout.SetCurrentAsync("1");
        await rollout.SetCurrentAsync("2");
        await rollout.SetRampingAsync("1", 5);
        var back = await rollout.DescribeVersionAsync("1");
        Assert.That((back.Status, back.DrainageInfo), Is.EqualTo((VersionStatus.Ramping, default(object))));
        await rollout.SetRampingAsync(null, 0);
        Assert.That((await rollout.DescribeVersionAsync("1")).Status, Is.EqualTo(VersionStatus.Draining));
    }

    [Test]
    public async Task A_change_on_a_stale_token_is_refused()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        var stale = (await rollout.DescribeAsync()).ConflictToken;
        var fresh = (await rollout.SetCurrentAsync("1", stale)).ConflictToken;
        Assert.That(await Rollout.RefusalAsync(() => rollout.SetCurrentAsync("2", stale)), Is.EqualTo((Status.FailedPrecondition, "conflict token mismatch")));
        Assert.That(await Rollout.RefusalAsync(() => rollout.SetRampingAsync("2", 5, stale)), Is.EqualTo((Status.FailedPrecondition, "conflict token mismatch")));
        Assert.That((await rollout.SetRampingAsync("2", 5, fresh)).ConflictToken, Is.Not.EqualTo(fresh));
    }

    [Test]
    public async Task The_same_change_again_changes_nothing_even_on_a_stale_token()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        var stale = (await rollout.DescribeAsync()).ConflictToken;
        var set = await rollout.SetCurrentAsync("1", stale);
        var again = await rollout.SetCurrentAsync("1", stale);
        Assert.That((again.ConflictToken, again.PreviousDeploymentVersion), Is.EqualTo((set.ConflictToken, Rollout.Version("1"))));
        var ramped = await rollout.SetRampingAsync("2", 5);
        Assert.That((await rollout.SetRampingAsync("2", 5, stale)).ConflictToken, Is.EqualTo(ramped.ConflictToken));
    }

    [Test]
    public async Task Unknown_deployments_and_versions_are_not_found()
    {
        await using var rollout = await Rollout.StartAsync();
        const string NoDeployment = "no Worker Deployment found with name 'orders'; does your Worker Deployment have pollers?";
        Assert.That(await Rollout.RefusalAsync(rollout.DescribeAsync), Is.EqualTo((Status.NotFound, NoDeployment)));
        Assert.That(await Rollout.RefusalAsync(() => rollout.SetCurrentAsync("1")), Is.EqualTo((Status.NotFound, NoDeployment)));
        await rollout.RegisterAsync("1");
        Assert.That(await Rollout.RefusalAsync(() => rollout.SetCurrentAsync("2")), Is.EqualTo((Status.NotFound, "build ID '2' not found in Worker Deployment 'orders'")));
        Assert.That(await Rollout.RefusalAsync(() => rollout.SetRampingAsync("2", 1)), Is.EqualTo((Status.NotFound, "build ID '2' not found in Worker Deployment 'orders'")));
        Assert.That(await Rollout.RefusalAsync(() => rollout.DescribeVersionAsync("2")), Is.EqualTo((Status.NotFound, "Worker Deployment Version not found")));
    }

    [Test]
    public async Task The_current_version_cannot_ramp_and_a_ramp_is_a_percentage()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1");
        await rollout.SetCurrentAsync("1");
        Assert.That(await Rollout.RefusalAsync(() => rollout.SetRampingAsync("1", 5)), Is.EqualTo((Status.FailedPrecondition, "requested ramping version orders.1 is already current")));
        Assert.That((await Rollout.RefusalAsync(() => rollout.SetRampingAsync("1", 101))).Message, Is.EqualTo("Percentage must be between 0 and 100 (inclusive)"));
        Assert.That((await Rollout.RefusalAsync(() => rollout.SetRampingAsync("1", -1))).Code, Is.EqualTo(Status.InvalidArgument));
    }

    [Test]
    public async Task The_older_api_names_versions_by_text()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1");
        SetWorkerDeploymentCurrentVersionRequest Set(string version) => new() { Namespace = "default", DeploymentName = "orders", Version = version, Identity = "deployer" };
        await rollout.Service.SetWorkerDeploymentCurrentVersionAsync(Set("orders.1"));
        var back = await rollout.Service.SetWorkerDeploymentCurrentVersionAsync(Set("__unversioned__"));
        Assert.That(back.PreviousVersion, Is.EqualTo("orders.1"));
        Assert.That((await rollout.DescribeAsync()).WorkerDeploymentInfo.RoutingConfig.CurrentVersion, Is.EqualTo("__unversioned__"));
        Assert.That(
            (await Rollout.RefusalAsync(() => rollout.Service.SetWorkerDeploymentCurrentVersionAsync(Set("nonsense")))).Message,
            Is.EqualTo("invalid version string: expected delimiter ':' or '.' not found in version string nonsense"));
        Assert.That(
            (await Rollout.RefusalAsync(() => rollout.Service.SetWorkerDeploymentCurrentVersionAsync(Set("other.1")))).Message,
            Is.EqualTo("invalid version string 'other.1' does not match deployment name 'orders'"));
    }

    [Test]
    public async Task A_version_without_workers_may_be_set_only_where_that_is_allowed()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.Service.SetWorkerDeploymentCurrentVersionAsync(
            new() { Namespace = "default", DeploymentName = "orders", BuildId = "1", Identity = "deployer", AllowNoPollers = true });
        Assert.That((await rollout.DescribeVersionAsync("1")).Status, Is.EqualTo(VersionStatus.Current));
        await rollout.RegisterAsync("1");
        await rollout.StartWorkflowAsync("order");
        Assert.That(await rollout.Worker("1").TryPollAsync(), Is.EqualTo("order"));
    }

    [Test]
    public async Task A_version_that_misses_a_queue_at_work_cannot_take_over()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1");
        await rollout.SetCurrentAsync("1");
        await rollout.StartWorkflowAsync("order");
        await rollout.Worker("2", "another-queue").TryPollAsync();
        const string Message = "version 'orders:2' is missing active task queues from the current version; these would become unversioned if it is set as the ";
        Assert.That(await Rollout.RefusalAsync(() => rollout.SetCurrentAsync("2")), Is.EqualTo((Status.FailedPrecondition, $"proposed current {Message}current version")));
        Assert.That(await Rollout.RefusalAsync(() => rollout.SetRampingAsync("2", 1)), Is.EqualTo((Status.FailedPrecondition, $"proposed ramping {Message}ramping version")));
        await rollout.SetCurrentAsync("2", ignoresQueues: true);
        Assert.That(await rollout.Worker(null).TryPollAsync(), Is.EqualTo("order"), "no version of the queue is current");
    }

    [Test]
    public async Task Only_the_manager_changes_a_deployment_that_has_one()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1", "2");
        SetWorkerDeploymentManagerRequest Request(string identity) => new() { Namespace = "default", DeploymentName = "orders", Identity = identity };
        await rollout.Service.SetWorkerDeploymentManagerAsync(new(Request("boss")) { Self = true });
        Assert.That((await rollout.DescribeAsync()).WorkerDeploymentInfo.ManagerIdentity, Is.EqualTo("boss"));
        var (code, message) = await Rollout.RefusalAsync(() => rollout.SetCurrentAsync("1"));
        Assert.That((code, message), Is.EqualTo((Status.FailedPrecondition,
            "ManagerIdentity 'boss' is set and does not match user identity 'deployer'; to proceed, set your own identity as the ManagerIdentity, "
            + "remove the ManagerIdentity, or wait for the other client to do so")));
        Assert.That((await Rollout.RefusalAsync(() => rollout.SetRampingAsync("1", 1))).Message, Is.EqualTo(message));
        await rollout.SetCurrentAsync("1", identity: "boss");
        var released = await rollout.Service.SetWorkerDeploymentManagerAsync(new(Request("deployer")) { ManagerIdentity = "" });
        Assert.That(released.PreviousManagerIdentity, Is.EqualTo("boss"));
        await rollout.SetCurrentAsync("2");
        Assert.That((await Rollout.RefusalAsync(() => rollout.Service.SetWorkerDeploymentManagerAsync(Request("")))).Message, Is.EqualTo("Identity is required"));
    }

    [Test]
    public async Task Metadata_of_a_version_is_merged_and_told()
    {
        await using var rollout = await Rollout.StartAsync();
        await rollout.RegisterAsync("1");
        Payload Text(string text) => new() { Data = ByteString.CopyFromUtf8(text) };
        UpdateWorkerDeploymentVersionMetadataRequest Request() => new() { Namespace = "default", DeploymentVersion = Rollout.Version("1"), Identity = "deployer" };
        await rollout.Service.UpdateWorkerDeploymentVersionMetadataAsync(new(Request()) { UpsertEntries = { ["commit"] = Text("a"), ["ticket"] = Text("b") } });
        var updated = await rollout.Service.UpdateWorkerDeploymentVersionMetadataAsync(new(Request()) { UpsertEntries = { ["commit"] = Text("c") }, RemoveEntries = { "ticket" } });
        Assert.That(updated.Metadata.Entries.Select(entry => (entry.Key, entry.Value.Data.ToStringUtf8())), Is.EqualTo([("commit", "c")]));
        Assert.That((await rollout.DescribeVersionAsync("1")).Metadata, Is.EqualTo(updated.Metadata));
        Assert.That(
            (await Rollout.RefusalAsync(() => rollout.Service.UpdateWorkerDeploymentVersionMetadataAsync(Request()))).Message,
            Is.EqualTo("At least one of remove_entries or upsert_entries must be provided"));
        Assert.That(
            (await Rollout.RefusalAsync(() => rollout.Service.UpdateWorkerDeploymentVersionMetadataAsync(
                new(Request()) { DeploymentVersion = Rollout.Version("2"), RemoveEntries = { "x" } }))).Code,
            Is.EqualTo(Status.NotFound));
    }

    [Test]
    public async Task A_version_can_be_deleted_once_nobody_needs_it()
    {
        await using var rollout = await Rollout.StartAsync();
        var worker = rollout.Worker("1");
        await worker.TryPollAsync();
        await rollout.RegisterAsync("2");
        await rollout.SetCurrentAsync("1");
        Assert.That(await Rollout.RefusalAsync(() => rollout.DeleteVersionAsync("1")), Is.EqualTo((Status.FailedPrecondition, "version 'orders:1' cannot be deleted since it is current or ramping")));
        await rollout.SetCurrentAsync("2");
        Assert.That(await Rollout.RefusalAsync(() => rollout.DeleteVersionAsync("1")), Is.EqualTo((Status.FailedPrecondition, "version 'orders:1' cannot be deleted since it is draining")));
        Assert.That(await Rollout.RefusalAsync(() => rollout.DeleteVersionAsync("1", skipsDrainage: true)), Is.EqualTo((Status.FailedPrecondition, "version 'orders:1' cannot be deleted since it has active pollers")));
        await rollout.Service.ShutdownWorkerAsync(new() { Namespace = "default", WorkerInstanceKey = worker.Identity });
        await rollout.DeleteVersionAsync("1", skipsDrainage: true);
        Assert.That((await rollout.DescribeAsync()).WorkerDeploymentInfo.VersionSummaries.Select(version => version.DeploymentVersion.BuildId), Is.EqualTo(["2"]));
        await Assert.ThatAsync(() => rollout.DeleteVersionAsync("1"), Throws.Nothing, "it is gone already");
        await rollout.RegisterAsync("1");
        Assert.That((await rollout.DescribeVersionAsync("1")).Status, Is.EqualTo(VersionStatus.Inactive), "a worker brings it back");
    }

    [Test]
    public async Task A_deployment_can_be_deleted_without_versions_only()
    {
        await using var rollout = await Rollout.StartAsync();
        Task Delete() => rollout.Service.DeleteWorkerDeploymentAsync(new() { Namespace = "default", DeploymentName = "orders" });
        await Assert.ThatAsync(Delete, Throws.Nothing, "it is gone already");
        var worker = rollout.Worker("1");
        await worker.TryPollAsync();
        Assert.That(await Rollout.RefusalAsync(Delete), Is.EqualTo((Status.FailedPrecondition, "deployment has versions, can't be deleted")));
        await rollout.Service.ShutdownWorkerAsync(new() { Namespace = "default", WorkerInstanceKey = worker.Identity });
        await rollout.DeleteVersionAsync("1");
        await Delete();
        Assert.That((await Rollout.RefusalAsync(rollout.DescribeAsync)).Code, Is.EqualTo(Status.NotFound));
    }

    [Test]
    public async Task Deployments_and_versions_can_be_made_before_their_workers_come()
    {
        await using var rollout = await Rollout.StartAsync();
        CreateWorkerDeploymentRequest Create(string requestId) => new() { Namespace = "default", DeploymentName = "orders", RequestId = requestId, Identity = "deployer" };
        var made = await rollout.Service.CreateWorkerDeploymentAsync(Create("one"));
        Assert.That((await rollout.Service.CreateWorkerDeploymentAsync(Create("one"))).ConflictToken, Is.EqualTo(made.ConflictToken));
        Assert.That(await Rollout.RefusalAsync(() => rollout.Service.CreateWorkerDeploymentAsync(Create("two"))), Is.EqualTo((Status.AlreadyExists, "Worker Deployment with name \"orders\" already exists")));
        CreateWorkerDeploymentVersionRequest Version(string requestId) => new() { Namespace = "default", DeploymentVersion = Rollout.Version("1"), RequestId = requestId };
        await rollout.Service.CreateWorkerDeploymentVersionAsync(Version("one"));
        Assert.That((await rollout.DescribeVersionAsync("1")).Status, Is.EqualTo(VersionStatus.Created));
        Assert.That((await Rollout.RefusalAsync(() => rollout.Service.CreateWorkerDeploymentVersionAsync(Version("two")))).Message, Is.EqualTo("Worker Deployment Version \"orders.1\" already exists"));
        await rollout.RegisterAsync("1");
        Assert.That((await rollout.DescribeVersionAsync("1")).Status, Is.EqualTo(VersionStatus.Inactive));
    }

    [Test]
    public async Task Deployments_are_listed_page_by_page()
    {
        await using var rollout = await Rollout.StartAsync();
        foreach (var name in new[] { "a", "b", "c" })
        {
            await rollout.Worker("1", "queue", name).TryPollAsync();
        }

        var first = await rollout.Service.ListWorkerDeploymentsAsync(new() { Namespace = "default", PageSize = 2 });
        var second = await rollout.Service.ListWorkerDeploymentsAsync(new() { Namespace = "default", PageSize = 2, NextPageToken = first.NextPageToken });
        Assert.That(first.WorkerDeployments.Concat(second.WorkerDeployments).Select(deployment => deployment.Name).Order(), Is.EqualTo(["a", "b", "c"]));
        Assert.That((first.WorkerDeployments, second.NextPageToken.IsEmpty), Is.EqualTo((first.WorkerDeployments, true)));
        Assert.That(first.WorkerDeployments[0].LatestVersionSummary.DeploymentVersion.BuildId, Is.EqualTo("1"));
    }

    [Test]
    public async Task There_is_a_limit_to_versions_and_queues_and_deployments()
    {
        await using var rollout = await Rollout.StartAsync(new EmbeddedTemporalOptions
        {
            Limits = new() { Deployments = new() { Deployments = 1, VersionsPerDeployment = 2, QueuesPerVersion = 1 } },
        });
        await rollout.RegisterAsync("1", "2");
        async Task Refused(ManualVersionWorker worker, string message) =>
            Assert.That(await Rollout.RefusalAsync(worker.TryPollAsync), Is.EqualTo((Status.ResourceExhausted, message)));
        await Refused(rollout.Worker("3"), "cannot add version orders.3 since maximum number of versions (2) have been registered in the deployment");
        await Refused(rollout.Worker("1", "q"), "cannot add task queue q since maximum number of task queues (1) have been registered in deployment");
        await Refused(rollout.Worker("1", "q", "more"), "reached maximum deployments in namespace (1)");
    }

    [Test]
    public async Task There_is_a_limit_to_the_versions_of_one_queue()
    {
        await using var rollout = await Rollout.StartAsync(new EmbeddedTemporalOptions { Limits = new() { Deployments = new() { VersionsPerQueue = 1 } } });
        await rollout.RegisterAsync("1", "2");
        Assert.That(
            await Rollout.RefusalAsync(rollout.Worker("3").TryPollAsync),
            Is.EqualTo((Status.ResourceExhausted, "exceeding maximum number of Deployment Versions in this task queue (limit = 1)")));
        await rollout.RegisterAsync("1", "2");
    }

    [Test]
    public async Task A_version_nobody_needs_makes_room_for_a_new_one()
    {
        await using var rollout = await Rollout.StartAsync(new EmbeddedTemporalOptions { Limits = new() { Deployments = new() { VersionsPerDeployment = 1 } } });
        var old = rollout.Worker("1");
        await old.TryPollAsync();
        await rollout.Service.ShutdownWorkerAsync(new() { Namespace = "default", WorkerInstanceKey = old.Identity });
        await rollout.RegisterAsync("2");
        Assert.That((await rollout.DescribeAsync()).WorkerDeploymentInfo.VersionSummaries.Select(version => version.DeploymentVersion.BuildId), Is.EqualTo(["2"]));
    }
}
