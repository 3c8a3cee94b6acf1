using EmbeddedTemporal;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Frontend;
using EmbeddedTemporal.Persistence;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Schedule.V1;

namespace OrderOrchestration.Tests.Server.Durability.Crashes;

/// <summary>
/// A server that loses power in the middle of a scenario and is started again on what it had written. It is called without a wire between, so
/// that nobody retries behind the scenario's back.
/// </summary>
internal sealed partial class CrashHarness : IAsyncDisposable
{
    private const string Namespace = "default";
    private const string ScheduleId = "schedule";

    /// <summary>As few states in memory as can be: nearly every call finds its run's state gone.</summary>
    private static readonly EmbeddedTemporalOptions Options = new() { StatesInMemory = 1, Limits = new() { RunInterval = TimeSpan.FromMilliseconds(5) } };

    /// <summary>How long a task that was given to a worker who then lost it stays away.</summary>
    private static readonly Duration TaskTimeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(100));

    private readonly Func<CrashingStore> openStore;
    private readonly Ledger ledger = new();
    private readonly List<string> notes = [""];
    private CrashingStore store;
    private EmbeddedTemporalServer server;
    private int acknowledgedTriggers;
    private int call;

    private CrashHarness(Func<CrashingStore> openStore, CrashingStore store, EmbeddedTemporalServer server)
    {
        this.openStore = openStore;
        this.store = store;
        this.server = server;
    }

    private WorkflowServiceHandler Service => server.WorkflowService;

    private string Token => $"call-{call}";

    /// <summary>Begins with a schedule and nothing else.</summary>
    public static async Task<CrashHarness> CreateAsync(Func<CrashingStore> openStore)
    {
        var store = openStore();
        var harness = new CrashHarness(openStore, store, await EmbeddedTemporalServer.StartAsync(Options, store));
        await harness.Service.CreateSchedule(
            new()
            {
                Namespace = Namespace,
                ScheduleId = ScheduleId,
                RequestId = "create",
                Schedule = new()
                {
                    Spec = new(),
                    Action = new()
                    {
                        StartWorkflow = new()
                        {
                            WorkflowId = "scheduled",
                            WorkflowType = new() { Name = "type" },
                            TaskQueue = new() { Name = Queue(0) },
                            WorkflowTaskTimeout = TaskTimeout,
                        },
                    },
                    Policies = new() { OverlapPolicy = ScheduleOverlapPolicy.AllowAll },
                },
            },
            Call());
        return harness;
    }

    public async Task RunAsync(IEnumerable<CrashStep> scenario)
    {
        foreach (var step in scenario)
        {
            call++;
            await DoAsync(step);
            if (store.HasCrashed)
            {
                await RestartAsync();
            }
        }
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static string Queue(int workflow) => $"queue-{workflow}";

    private static CallContext Call() => new(DateTime.UtcNow, CancellationToken.None);

    private Task DoAsync(CrashStep step) => step.CrashAction switch
    {
        CrashAction.Start => StartAsync(step.Workflow),
        CrashAction.Signal => SignalAsync(step.Workflow),
        CrashAction.SignalWithStart => SignalWithStartAsync(step.Workflow),
        CrashAction.Update => UpdateAsync(step.Workflow),
        CrashAction.Cancel => CancelAsync(step.Workflow),
        CrashAction.Terminate => TerminateAsync(step.Workflow),
        CrashAction.Reset => ResetAsync(step.Workflow),
        CrashAction.CompleteActivity or CrashAction.FailActivity => WorkOnActivityAsync(step),
        CrashAction.PauseSchedule => PauseScheduleAsync(),
        CrashAction.TriggerSchedule => TriggerScheduleAsync(),
        CrashAction.Restart => RestartAsync(),
        CrashAction.CrashSoon => Soon(step),
        _ => WorkAsync(step),
    };

    private Task Soon(CrashStep step)
    {
        store.CrashAfter(step.Number / 2, written: step.Number % 2 == 1);
        return Task.CompletedTask;
    }

    private async Task RestartAsync()
    {
        await server.DisposeAsync();
        store = openStore();
        server = await EmbeddedTemporalServer.StartAsync(Options, store);
    }

    private static async Task<Answer> TryAsync(Func<Task> call)
    {
        try
        {
            await call();
            return Answer.Acknowledged;
        }
        catch (StoreException)
        {
            return Answer.Lost;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode == StatusCode.Unavailable ? Answer.Lost : Answer.Refused;
        }
    }

    /// <summary>Answers the newest run of a workflow id, or null.</summary>
    private async Task<WorkflowExecutionStatus?> StatusAsync(int workflow) =>
        await CurrentAsync(workflow) is { } current ? current.Status : null;

    private async Task<Temporalio.Api.Workflow.V1.WorkflowExecutionInfo?> CurrentAsync(int workflow)
    {
        try
        {
            var execution = new WorkflowExecution { WorkflowId = WorkflowId(workflow) };
            return (await Service.DescribeWorkflowExecution(new() { Namespace = Namespace, Execution = execution }, Call())).WorkflowExecutionInfo;
        }
        catch (RpcException missing) when (missing.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }

    private static string WorkflowId(int workflow) => $"workflow-{workflow}";

    private async Task StartAsync(int workflow)
    {
        var answer = await TryAsync(() => Service.StartWorkflowExecution(
            new()
            {
                Namespace = Namespace,
                WorkflowId = WorkflowId(workflow),
                WorkflowType = new() { Name = "type" },
                TaskQueue = new() { Name = Queue(workflow) },
                RequestId = Token,
                WorkflowTaskTimeout = TaskTimeout,
            },
            Call()));
        ledger.Began(WorkflowId(workflow), answer);
    }

    private async Task SignalAsync(int workflow)
    {
        if (await CurrentAsync(workflow) is { } current)
        {
            var token = Token;
            var answer = await TryAsync(() => Service.SignalWorkflowExecution(
                new() { Namespace = Namespace, WorkflowExecution = current.Execution, SignalName = token, RequestId = token }, Call()));
            ledger.Left(call, answer, current.Execution.RunId, $"signal {token}", e => e.WorkflowExecutionSignaledEventAttributes?.SignalName == token);
        }
    }

    private async Task SignalWithStartAsync(int workflow)
    {
        var running = await StatusAsync(workflow) == WorkflowExecutionStatus.Running;
        var token = Token;
        var runId = "";
        var answer = await TryAsync(async () => runId = (await Service.SignalWithStartWorkflowExecution(
            new()
            {
                Namespace = Namespace,
                WorkflowId = WorkflowId(workflow),
                WorkflowType = new() { Name = "type" },
                TaskQueue = new() { Name = Queue(workflow) },
                SignalName = token,
                RequestId = token,
                WorkflowTaskTimeout = TaskTimeout,
            },
            Call())).RunId);
        if (!running)
        {
            ledger.Began(WorkflowId(workflow), answer);
        }

        if (runId.Length > 0)
        {
            ledger.Left(call, answer, runId, $"signal {token}", e => e.WorkflowExecutionSignaledEventAttributes?.SignalName == token);
        }
    }

    private async Task UpdateAsync(int workflow)
    {
        if (await CurrentAsync(workflow) is { } current)
        {
            var answer = await TryAsync(() => Service.UpdateWorkflowExecution(
                new()
                {
                    Namespace = Namespace,
                    WorkflowExecution = current.Execution,
                    Request = new() { Meta = new() { UpdateId = Token }, Input = new() { Name = "update" } },
                },
                Call()));
            ledger.Updated(Token, current.Execution.RunId, answer);
        }
    }

    private async Task CancelAsync(int workflow)
    {
        if (await CurrentAsync(workflow) is { Status: WorkflowExecutionStatus.Running } current)
        {
            var answer = await TryAsync(() => Service.RequestCancelWorkflowExecution(
                new() { Namespace = Namespace, WorkflowExecution = current.Execution, RequestId = Token }, Call()));
            ledger.Cancelled(current.Execution.RunId, answer);
        }
    }

    private async Task TerminateAsync(int workflow)
    {
        if (await CurrentAsync(workflow) is { } current)
        {
            var token = Token;
            var answer = await TryAsync(() => Service.TerminateWorkflowExecution(
                new() { Namespace = Namespace, WorkflowExecution = current.Execution, Reason = token }, Call()));
            ledger.Left(call, answer, current.Execution.RunId, $"termination {token}", e => e.WorkflowExecutionTerminatedEventAttributes?.Reason == token);
        }
    }

    private async Task ResetAsync(int workflow)
    {
        if (await CurrentAsync(workflow) is not { } current)
        {
            return;
        }

        var history = await HistoryAsync(current.Execution);
        if (history.LastOrDefault(e => e.EventType == EventType.WorkflowTaskCompleted) is not { } completed)
        {
            return;
        }

        var newRunId = "";
        var answer = await TryAsync(async () => newRunId = (await Service.ResetWorkflowExecution(
            new() { Namespace = Namespace, WorkflowExecution = current.Execution, WorkflowTaskFinishEventId = completed.EventId, RequestId = Token, Reason = Token }, Call())).RunId);
        ledger.Began(WorkflowId(workflow), answer);
        if (answer == Answer.Acknowledged)
        {
            ledger.Reset(current.Execution.RunId, newRunId);
        }
    }

    private async Task PauseScheduleAsync()
    {
        var answer = await TryAsync(() => Service.PatchSchedule(
            new() { Namespace = Namespace, ScheduleId = ScheduleId, RequestId = Token, Patch = new SchedulePatch { Pause = Token } }, Call()));
        if (answer == Answer.Acknowledged)
        {
            notes.Clear();
        }

        notes.Add(Token);
    }

    private async Task TriggerScheduleAsync()
    {
        var patch = new SchedulePatch { TriggerImmediately = new() { OverlapPolicy = ScheduleOverlapPolicy.AllowAll } };
        var answer = await TryAsync(() => Service.PatchSchedule(new() { Namespace = Namespace, ScheduleId = ScheduleId, RequestId = Token, Patch = patch }, Call()));
        acknowledgedTriggers += answer == Answer.Acknowledged ? 1 : 0;
    }
}
