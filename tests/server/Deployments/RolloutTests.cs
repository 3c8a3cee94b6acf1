using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Worker;
using VersionStatus = Temporalio.Api.Enums.V1.WorkerDeploymentVersionStatus;

namespace OrderOrchestration.Tests.Server.Deployments;

/// <summary>A whole roll-out with the SDK's workers: orders under way on version 1, version 2 ramped and made current, version 1 drained and deleted.</summary>
[TestFixture]
[CancelAfter(120_000)]
public class RolloutTests
{
    private const int Orders = 20;

    [Test]
    public async Task Orders_end_on_the_version_they_began_on_and_accounts_move_on()
    {
        await using var rollout = await Rollout.StartDrainingAsync();
        using var one = Worker(rollout, "1", options => options.AddWorkflow<OrderWorkflowV1>());
        using var two = Worker(rollout, "2", options => options.AddWorkflow<OrderWorkflowV2>());
        using var oneStops = new CancellationTokenSource();
        using var twoStops = new CancellationTokenSource();
        var oneRuns = one.ExecuteAsync(oneStops.Token);
        await KnownAsync(rollout, "1");
        await rollout.SetCurrentAsync("1");
        var account = await rollout.Client.StartWorkflowAsync((AccountWorkflow wf) => wf.RunAsync(), new("account", Rollout.Queue));
        await account.SignalAsync(wf => wf.VisitAsync());
        var early = await StartOrdersAsync(rollout, "early");
        await Task.WhenAll(early.Select(order => order.UntilAsync(description => description.WorkflowExecutionInfo.VersioningInfo?.DeploymentVersion?.BuildId == "1")));

        var twoRuns = two.ExecuteAsync(twoStops.Token);
        await KnownAsync(rollout, "2");
        await rollout.SetRampingAsync("2", 50);
        var ramped = await PayAsync(await StartOrdersAsync(rollout, "ramped"));
        Assert.That(ramped.Distinct().Order(), Is.EqualTo(["v1: 1 1", "v2: 2"]), "some orders on each version, and each on one");
        await rollout.SetCurrentAsync("2");
        Assert.That((await PayAsync(await StartOrdersAsync(rollout, "late"))).Distinct(), Is.EqualTo(["v2: 2"]));

        Assert.That((await rollout.DescribeVersionAsync("1")).Status, Is.EqualTo(VersionStatus.Draining), "orders still wait to be paid");
        Assert.That((await PayAsync(early)).Distinct(), Is.EqualTo(["v1: 1 1"]));
        await rollout.UntilAsync("1", version => version.Status == VersionStatus.Drained);
        await StopAsync(oneStops, oneRuns);
        await rollout.DeleteVersionAsync("1");

        Assert.That(await account.QueryAsync(wf => wf.Visits()), Is.EqualTo(1));
        await account.SignalAsync(wf => wf.CloseAsync());
        Assert.That(await account.GetResultAsync(), Is.EqualTo("2"));
        await StopAsync(twoStops, twoRuns);
    }

    private static TemporalWorker Worker(Rollout rollout, string buildId, Func<TemporalWorkerOptions, TemporalWorkerOptions> orders) => new(
        rollout.Client,
        orders(new TemporalWorkerOptions(Rollout.Queue) { DeploymentOptions = new(new WorkerDeploymentVersion(Rollout.Deployment, buildId), true) })
            .AddWorkflow<AccountWorkflow>()
            .AddAllActivities(new OrderActivities(buildId)));

    private static async Task KnownAsync(Rollout rollout, string buildId)
    {
        while (true)
        {
            try
            {
                if ((await rollout.DescribeVersionAsync(buildId)).TaskQueueInfos.Count >= 2)
                {
                    return;
                }
            }
            catch (Temporalio.Exceptions.RpcException missing) when (missing.Code == Temporalio.Exceptions.RpcException.StatusCode.NotFound)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task<List<WorkflowHandle>> StartOrdersAsync(Rollout rollout, string name)
    {
        var orders = new List<WorkflowHandle>();
        for (var i = 0; i < Orders; i++)
        {
            orders.Add(await rollout.Client.StartWorkflowAsync((OrderWorkflowV1 wf) => wf.RunAsync(), new($"{name}-{i}", Rollout.Queue)));
        }

        return orders;
    }

    private static async Task<IReadOnlyList<string>> PayAsync(IReadOnlyList<WorkflowHandle> orders)
    {
        foreach (var order in orders)
        {
            await order.SignalAsync("Pay", []);
        }

        return await Task.WhenAll(orders.Select(order => order.GetResultAsync<string>()));
    }

    private static async Task StopAsync(CancellationTokenSource stops, Task worker)
    {
        await stops.CancelAsync();
        await Assert.ThatAsync(() => worker, Throws.InstanceOf<OperationCanceledException>());
    }
}
