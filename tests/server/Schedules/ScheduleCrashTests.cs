using EmbeddedTemporal.Common;
using EmbeddedTemporal.Namespaces;
using EmbeddedTemporal.Persistence;
using EmbeddedTemporal.Schedules;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Visibility;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;
using ScheduleState = Temporalio.Api.Schedule.V1.ScheduleState;

namespace OrderOrchestration.Tests.Server.Schedules;

/// <summary>What a schedule does about a server that dies between deciding, starting and noting, or cannot start for a while.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ScheduleCrashTests
{
    private readonly InMemoryStore store = new();
    private readonly VirtualClock clock = new(skipsTime: false);
    private readonly Engine engine = new();

    [SetUp]
    public Task RegisterAsync() =>
        new NamespaceRegistry(store).RegisterAsync(NamespaceRecord.Create("default", string.Empty, string.Empty, TimeSpan.FromDays(1)));

    [TearDown]
    public async Task CloseAsync()
    {
        clock.Dispose();
        await store.DisposeAsync();
    }

    [Test]
    public async Task A_start_made_just_before_a_crash_is_made_again_by_the_same_request_and_counted_once()
    {
        using (var before = Service())
        {
            engine.OnStart = _ => throw new OperationCanceledException("the process dies");
            await Assert.ThatAsync(() => before.CreateAsync(Nightly()), Throws.InstanceOf<OperationCanceledException>());
        }

        engine.OnStart = _ => "run-1";
        using var after = Service();
        await after.ResumeAsync();

        Assert.That(engine.Requests.Select(request => request.RequestId).Distinct().Count(), Is.EqualTo(1));
        Assert.That(engine.Requests, Has.Count.EqualTo(2));
        var info = (await DescribeAsync(after)).Info;
        Assert.That((info.ActionCount, info.RunningWorkflows.Single().RunId), Is.EqualTo((1L, "run-1")));
    }

    [Test]
    public async Task A_start_that_ended_before_it_was_noted_is_known_by_its_request()
    {
        using var service = Service();
        engine.OnStart = request => throw ServiceErrors.AlreadyStarted("closed", request.RequestId, "run-7");
        await service.CreateAsync(Nightly());
        Assert.That((await DescribeAsync(service)).Info.RecentActions.Single().StartWorkflowResult.RunId, Is.EqualTo("run-7"));
    }

    [Test]
    public async Task A_start_refused_for_good_is_dropped()
    {
        using var service = Service();
        engine.OnStart = _ => throw ServiceErrors.AlreadyStarted("taken", "someone else's", "run-7");
        await service.CreateAsync(Nightly());
        var description = await DescribeAsync(service);
        Assert.That((description.Info.ActionCount, description.Info.BufferSize), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public async Task A_start_that_cannot_be_made_just_now_is_tried_again()
    {
        using var service = Service();
        var failures = 2;
        engine.OnStart = _ => failures-- > 0 ? throw ServiceErrors.Unavailable("not now") : "run-1";
        await service.CreateAsync(Nightly());
        Assert.That((await DescribeAsync(service)).Info.BufferSize, Is.EqualTo(1));
        await clock.SkipUntilAsync(clock.UtcNow.AddSeconds(5));
        Assert.That((await DescribeAsync(service)).Info.ActionCount, Is.EqualTo(1));
        Assert.That(engine.Requests.Select(request => request.RequestId).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Times_that_passed_while_the_server_was_down_are_made_up_for_within_the_catch_up_window()
    {
        var request = Nightly();
        request.InitialPatch = null;
        request.Schedule.Spec = new ScheduleSpec { CronString = { "@every 1h" } };
        request.Schedule.Policies = new SchedulePolicies
        {
            OverlapPolicy = ScheduleOverlapPolicy.AllowAll,
            CatchupWindow = TimeSpan.FromMinutes(150).ToProto(),
        };
        using (var before = Service())
        {
            await before.CreateAsync(request);
        }

        // Nobody is there while ten hours pass.
        await clock.SkipUntilAsync(clock.UtcNow.AddHours(10));
        using var after = Service();
        await after.ResumeAsync();
        var info = (await DescribeAsync(after)).Info;
        Assert.That(info.ActionCount, Is.InRange(2, 3));
        Assert.That(info.ActionCount + info.MissedCatchupWindow, Is.EqualTo(10));
    }

    private static CreateScheduleRequest Nightly() => new()
    {
        Namespace = "default",
        ScheduleId = "nightly",
        RequestId = "create",
        Schedule = new Schedule
        {
            State = new ScheduleState(),
            Action = new ScheduleAction
            {
                StartWorkflow = new NewWorkflowExecutionInfo
                {
                    WorkflowId = "report",
                    WorkflowType = new WorkflowType { Name = "Report" },
                    TaskQueue = new TaskQueue { Name = "q" },
                },
            },
        },
        InitialPatch = new SchedulePatch { TriggerImmediately = new TriggerImmediatelyRequest() },
    };

    private static Task<DescribeScheduleResponse> DescribeAsync(SchedulerService service) =>
        service.DescribeAsync(new DescribeScheduleRequest { Namespace = "default", ScheduleId = "nightly" });

    private SchedulerService Service()
    {
        var attributes = new SearchAttributeRegistry();
        return new SchedulerService(
            new ScheduleHost(clock, store, new VisibilityStore(attributes), engine), new NamespaceRegistry(store), attributes);
    }

    private sealed class Engine : IScheduledWorkflows
    {
        public List<StartWorkflowExecutionRequest> Requests { get; } = [];

        public Func<StartWorkflowExecutionRequest, string> OnStart { get; set; } = _ => "run";

        public Task<string> StartAsync(StartWorkflowExecutionRequest request)
        {
            Requests.Add(request);
            return Task.FromResult(OnStart(request));
        }

        public Task<ScheduledOutcome?> OutcomeAsync(string namespaceName, WorkflowExecution execution, bool wait, CancellationToken cancellation)
        {
            if (!wait)
            {
                return Task.FromResult<ScheduledOutcome?>(null);
            }
            var never = new TaskCompletionSource<ScheduledOutcome?>();
            cancellation.Register(() => never.TrySetCanceled(cancellation));
            return never.Task;
        }

        public Task CancelAsync(string namespaceName, WorkflowExecution execution, string identity) => Task.CompletedTask;

        public Task TerminateAsync(string namespaceName, WorkflowExecution execution, string identity) => Task.CompletedTask;
    }
}
