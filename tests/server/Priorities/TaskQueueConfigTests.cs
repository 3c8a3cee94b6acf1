using EmbeddedTemporal.History;
using EmbeddedTemporal.Matching;
using OrderOrchestration.Tests.Server.Deployments;
using OrderOrchestration.Tests.Server.Durability;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;
using RateLimitUpdate = Temporalio.Api.WorkflowService.V1.UpdateTaskQueueConfigRequest.Types.RateLimitUpdate;
using Status = Temporalio.Exceptions.RpcException.StatusCode;

namespace OrderOrchestration.Tests.Server.Priorities;

/// <summary>Rate limits of task queues and of fairness keys.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class TaskQueueConfigTests
{
    [Test]
    public async Task What_is_configured_is_described()
    {
        await using var rollout = await Rollout.StartAsync();
        var updated = await UpdateAsync(rollout, new()
        {
            UpdateQueueRateLimit = Limit(10, "spare the payment team"),
            UpdateFairnessKeyRateLimitDefault = Limit(2),
            SetFairnessWeightOverrides = { ["large"] = 3 },
            Identity = "operator",
        });
        Assert.That(
            (updated.QueueRateLimit.RateLimit.RequestsPerSecond, updated.QueueRateLimit.Metadata.Reason, updated.QueueRateLimit.Metadata.UpdateIdentity),
            Is.EqualTo((10f, "spare the payment team", "operator")));
        var described = await DescribeAsync(rollout);
        Assert.That((described.Config, described.EffectiveRateLimit.RequestsPerSecond, described.EffectiveRateLimit.RateLimitSource), Is.EqualTo((updated, 10f, RateLimitSource.Api)));
    }

    [Test]
    public async Task Only_what_is_named_changes_and_a_limit_can_be_taken_back()
    {
        await using var rollout = await Rollout.StartAsync();
        await UpdateAsync(rollout, new() { UpdateQueueRateLimit = Limit(10), SetFairnessWeightOverrides = { ["a"] = 1, ["b"] = 2 } });
        var updated = await UpdateAsync(rollout, new() { UpdateQueueRateLimit = new() { Reason = "enough" }, SetFairnessWeightOverrides = { ["c"] = 3 }, UnsetFairnessWeightOverrides = { "a" } });
        Assert.That((updated.QueueRateLimit.RateLimit, updated.QueueRateLimit.Metadata.Reason), Is.EqualTo((default(Temporalio.Api.TaskQueue.V1.RateLimit), "enough")));
        Assert.That(updated.FairnessWeightOverrides.Keys, Is.EquivalentTo(["b", "c"]));
        Assert.That((await DescribeAsync(rollout)).EffectiveRateLimit.RateLimitSource, Is.EqualTo(RateLimitSource.System));
    }

    [Test]
    public async Task Configuration_outlives_a_restart()
    {
        using var file = new DatabaseFile();
        TaskQueueConfig before;
        await using (var rollout = await Rollout.StartAsync(new() { DatabaseFile = file.Path }))
        {
            before = await UpdateAsync(rollout, new() { UpdateQueueRateLimit = Limit(10), SetFairnessWeightOverrides = { ["a"] = 1 } });
        }

        await using var again = await Rollout.StartAsync(new() { DatabaseFile = file.Path });
        var described = await DescribeAsync(again);
        Assert.That((described.Config, described.EffectiveRateLimit.RequestsPerSecond), Is.EqualTo((before, 10f)));
    }

    [TestCaseSource(nameof(Invalid))]
    public async Task A_configuration_is_checked(UpdateTaskQueueConfigRequest request, string message)
    {
        await using var rollout = await Rollout.StartAsync();
        Assert.That(await Rollout.RefusalAsync(() => UpdateAsync(rollout, request)), Is.EqualTo((Status.InvalidArgument, message)));
    }

    [Test]
    public async Task A_limit_of_zero_holds_activities_until_it_is_lifted()
    {
        await using var rollout = await Rollout.StartAsync();
        await UpdateAsync(rollout, new() { UpdateQueueRateLimit = Limit(0) });
        await rollout.StartWorkflowAsync("order");
        var hand = rollout.Worker(null);
        await hand.WorkAsync(default, ManualWorker.Activity("activity", Rollout.Queue));
        Assert.That(await hand.TryPollActivityAsync(), Is.Null);
        var waiting = hand.PollActivityAsync();
        await UpdateAsync(rollout, new() { UpdateQueueRateLimit = new() });
        Assert.That((await waiting).ActivityId, Is.EqualTo("activity"));
    }

    [Test]
    public async Task Beyond_a_second_of_tasks_the_limit_spreads_them()
    {
        await using var rollout = await Rollout.StartAsync();
        await UpdateAsync(rollout, new() { UpdateQueueRateLimit = Limit(5) });
        await rollout.StartWorkflowAsync("order");
        var hand = rollout.Worker(null);
        await hand.WorkAsync(default, Enumerable.Range(0, 9).Select(i => ManualWorker.Activity($"{i}", Rollout.Queue)));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 9; i++)
        {
            await hand.PollActivityAsync();
        }

        Assert.That(clock.Elapsed, Is.GreaterThan(TimeSpan.FromMilliseconds(500)));
    }

    [Test]
    public async Task The_last_pollers_limit_counts_where_the_api_sets_none()
    {
        await using var rollout = await Rollout.StartAsync();
        Task PollAsync(double? perSecond) => rollout.Service.PollActivityTaskQueueAsync(
            new() { Namespace = "default", TaskQueue = new() { Name = Rollout.Queue }, TaskQueueMetadata = perSecond is null ? null : new() { MaxTasksPerSecond = perSecond } },
            new() { Timeout = TimeSpan.FromSeconds(1) });
        async Task<(float, RateLimitSource)> EffectiveAsync() => (await DescribeAsync(rollout)).EffectiveRateLimit is var limit ? (limit.RequestsPerSecond, limit.RateLimitSource) : default;
        await PollAsync(7);
        Assert.That(await EffectiveAsync(), Is.EqualTo((7f, RateLimitSource.Worker)));
        await UpdateAsync(rollout, new() { UpdateQueueRateLimit = Limit(3) });
        Assert.That(await EffectiveAsync(), Is.EqualTo((3f, RateLimitSource.Api)));
        await UpdateAsync(rollout, new() { UpdateQueueRateLimit = new() });
        await PollAsync(null);
        Assert.That((await EffectiveAsync()).Item2, Is.EqualTo(RateLimitSource.System));
    }

    [Test]
    public void Each_fairness_key_has_the_default_limit_times_its_weight()
    {
        var settings = new TaskQueueSettings(isFair: true);
        settings.Configure(new TaskQueueConfig { FairnessKeysRateLimitDefault = new() { RateLimit = new() { RequestsPerSecond = 10 } }, FairnessWeightOverrides = { ["heavy"] = 2 } });
        var now = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        int AtOnce(string key)
        {
            var task = new QueuedWorkflowTask(null!, key) { Priority = new() { FairnessKey = key } };
            var count = 0;
            while (settings.Wait(task, now) <= TimeSpan.Zero)
            {
                settings.Consume(task, now);
                count++;
            }

            return count;
        }

        Assert.That((AtOnce("light"), AtOnce("heavy"), AtOnce("light")), Is.EqualTo((11, 21, 0)), "a second's worth, and the one that begins the next");
    }

    private static IEnumerable<TestCaseData> Invalid()
    {
        yield return new(
            new UpdateTaskQueueConfigRequest { TaskQueueType = TaskQueueType.Workflow, UpdateQueueRateLimit = Limit(1) }, "Setting rate limit on workflow task queues is not allowed.");
        yield return new(
            new UpdateTaskQueueConfigRequest { TaskQueueType = TaskQueueType.Workflow, UpdateFairnessKeyRateLimitDefault = Limit(1) },
            "Setting fairness key rate limit on workflow task queues is not allowed.");
        yield return new(new UpdateTaskQueueConfigRequest { UpdateQueueRateLimit = Limit(-1) }, "RequestsPerSecond for UpdateQueueRateLimit rate limit must be non-negative.");
        yield return new(
            new UpdateTaskQueueConfigRequest { UpdateQueueRateLimit = Limit(1, new string('r', 1001)) }, "UpdateQueueRateLimit.Reason field too long (max 1000 characters).");
        yield return new(new UpdateTaskQueueConfigRequest { Identity = new string('i', 1001) }, "Identity field too long (max 1000 characters).");
        yield return new(new UpdateTaskQueueConfigRequest { SetFairnessWeightOverrides = { [""] = 1 } }, "fairness weight override key must not be empty");
        yield return new(new UpdateTaskQueueConfigRequest { SetFairnessWeightOverrides = { [new string('k', 65)] = 1 } }, "fairness key length exceeds limit");
        yield return new(new UpdateTaskQueueConfigRequest { SetFairnessWeightOverrides = { ["a"] = 0 } }, "invalid fairness weight weight for key \"a\": must be greater than zero");
        yield return new(
            new UpdateTaskQueueConfigRequest { SetFairnessWeightOverrides = { ["a"] = 1 }, UnsetFairnessWeightOverrides = { "a" } },
            "fairness weight override key \"a\" present in both set and unset lists");
    }

    private static RateLimitUpdate Limit(float perSecond, string reason = "") => new() { RateLimit = new() { RequestsPerSecond = perSecond }, Reason = reason };

    private static async Task<TaskQueueConfig> UpdateAsync(Rollout rollout, UpdateTaskQueueConfigRequest request) => (await rollout.Service.UpdateTaskQueueConfigAsync(new(request)
    {
        Namespace = "default",
        TaskQueue = Rollout.Queue,
        TaskQueueType = request.TaskQueueType == TaskQueueType.Unspecified ? TaskQueueType.Activity : request.TaskQueueType,
    })).Config;

    private static Task<DescribeTaskQueueResponse> DescribeAsync(Rollout rollout) => rollout.Service.DescribeTaskQueueAsync(
        new() { Namespace = "default", TaskQueue = new() { Name = Rollout.Queue }, TaskQueueType = TaskQueueType.Activity, ReportConfig = true });
}
