using EmbeddedTemporal;
using OrderOrchestration.Tests.Server.Durability;
using Temporalio.Client;
using Status = Temporalio.Exceptions.RpcException.StatusCode;

namespace OrderOrchestration.Tests.Server.Deployments;

#pragma warning disable CS0618 // The oldest API of build ids is obsolete and still served.

/// <summary>The oldest API of build ids: sets of compatible ones are kept and told.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class VersionSetTests
{
    private static readonly EmbeddedTemporalOptions Enabled = new() { Limits = new() { VersionSets = true } };

    [Test]
    public async Task Sets_follow_the_operations_on_them()
    {
        await using var server = await TestServer.StartAsync(Enabled);
        async Task AfterAsync(BuildIdOp operation, string expected)
        {
            await server.Client.UpdateWorkerBuildIdCompatibilityAsync("queue", operation);
            var sets = (await server.Client.GetWorkerBuildIdCompatibilityAsync("queue", 0))!.VersionSets;
            Assert.That(string.Join(" | ", sets.Select(set => string.Join(" ", set.BuildIds))), Is.EqualTo(expected));
        }

        await AfterAsync(new BuildIdOp.AddNewDefault("1.0"), "1.0");
        await AfterAsync(new BuildIdOp.AddNewDefault("1.0"), "1.0");
        await AfterAsync(new BuildIdOp.AddNewCompatible("1.1", "1.0"), "1.0 1.1");
        await AfterAsync(new BuildIdOp.PromoteBuildIdWithinSet("1.0"), "1.1 1.0");
        await AfterAsync(new BuildIdOp.AddNewDefault("2.0"), "1.1 1.0 | 2.0");
        await AfterAsync(new BuildIdOp.PromoteSetByBuildId("1.1"), "2.0 | 1.1 1.0");
        await AfterAsync(new BuildIdOp.MergeSets("2.0", "1.0"), "1.1 1.0 2.0");
    }

    [Test]
    public async Task Operations_on_unknown_or_taken_build_ids_are_refused()
    {
        await using var server = await TestServer.StartAsync(Enabled);
        async Task<(Status, string)> RefusedAsync(BuildIdOp operation) => await Rollout.RefusalAsync(() => server.Client.UpdateWorkerBuildIdCompatibilityAsync("queue", operation));
        await server.Client.UpdateWorkerBuildIdCompatibilityAsync("queue", new BuildIdOp.AddNewDefault("1.0"));
        await server.Client.UpdateWorkerBuildIdCompatibilityAsync("queue", new BuildIdOp.AddNewDefault("2.0"));
        Assert.That(await RefusedAsync(new BuildIdOp.AddNewDefault("1.0")), Is.EqualTo((Status.InvalidArgument, "version 1.0 already exists")));
        Assert.That(await RefusedAsync(new BuildIdOp.AddNewCompatible("3.0", "9")), Is.EqualTo((Status.NotFound, "targeted compatible_version 9 not found")));
        Assert.That(await RefusedAsync(new BuildIdOp.PromoteSetByBuildId("9")), Is.EqualTo((Status.NotFound, "targeted version 9 not found")));
        Assert.That((await RefusedAsync(new BuildIdOp.AddNewCompatible("2.0", "1.0"))).Item1, Is.EqualTo(Status.InvalidArgument));
    }

    [Test]
    public async Task Sets_outlive_a_restart()
    {
        using var file = new DatabaseFile();
        await using (var server = await TestServer.StartAsync(Enabled with { DatabaseFile = file.Path }))
        {
            await server.Client.UpdateWorkerBuildIdCompatibilityAsync("queue", new BuildIdOp.AddNewDefault("1.0"));
        }

        await using var again = await TestServer.StartAsync(Enabled with { DatabaseFile = file.Path });
        Assert.That((await again.Client.GetWorkerBuildIdCompatibilityAsync("queue", 0))!.DefaultBuildId, Is.EqualTo("1.0"));
    }

    [Test]
    public async Task The_api_is_closed_unless_it_was_opened()
    {
        await using var server = await TestServer.StartAsync();
        Assert.That(
            await Rollout.RefusalAsync(() => server.Client.UpdateWorkerBuildIdCompatibilityAsync("queue", new BuildIdOp.AddNewDefault("1.0"))),
            Is.EqualTo((Status.PermissionDenied, "Worker versioning v0.1 (Version Set-based, deprecated) is disabled on this namespace.")));
    }
}
