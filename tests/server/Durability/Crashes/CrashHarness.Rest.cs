using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace OrderOrchestration.Tests.Server.Durability.Crashes;

/// <summary>How a scenario ends: the harness comes to rest, is held against the ledger, every workflow that is open is brought to its end, and nothing of it changes with a restart.</summary>
internal sealed partial class CrashHarness
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    public async Task VerifyAsync()
    {
        store.CrashAfter(int.MaxValue, written: false);
        var open = await RestAsync();
        var histories = await HistoriesAsync();
        foreach (var (runId, events) in histories)
        {
            HistoryRules.Verify(runId, events, histories.ContainsKey);
        }

        ledger.Verify(histories, open.Select(info => info.Execution.RunId).ToHashSet());
        await VerifyListsAsync(histories);
        await VerifyScheduleAsync();
        await EndAllAsync();
        var before = await HistoriesAsync();
        Assert.That(before.Values.Select(events => HistoryRules.IsClose(events[^1])), Is.All.True, "every run came to its end");
        await RestartAsync();
        Assert.That(await HistoriesAsync(), Is.EquivalentTo(before), "a restart changes nothing");
        await VerifyListsAsync(before);
    }

    /// <summary>Does all the work there is, until nobody waits for anything but time and messages.</summary>
    private async Task<IReadOnlyList<WorkflowExecutionInfo>> RestAsync()
    {
        var until = DateTime.UtcNow + Timeout;
        while (true)
        {
            var worked = false;
            for (var workflow = 0; workflow < CrashStep.Workflows; workflow++)
            {
                worked |= await WorkOnceAsync(workflow);
            }

            var scheduleRests = await IsScheduleAtRestAsync();
            var open = await ListAsync("ExecutionStatus = 'Running'");
            if (!worked && scheduleRests && (await Task.WhenAll(open.Select(IsAtRestAsync))).All(atRest => atRest))
            {
                return open;
            }

            Assert.That(DateTime.UtcNow, Is.LessThan(until), "work is left that nobody can take");
        }
    }

    private async Task<bool> WorkOnceAsync(int workflow)
    {
        var queue = new Temporalio.Api.TaskQueue.V1.TaskQueue { Name = Queue(workflow) };
        var task = await Service.PollWorkflowTaskQueue(new() { Namespace = Namespace, TaskQueue = queue }, Call());
        if (!task.TaskToken.IsEmpty)
        {
            call++;
            await AnswerAsync(task, new CrashStep(CrashAction.Pass, workflow, 0), rejects: false);
        }

        var activity = await Service.PollActivityTaskQueue(new() { Namespace = Namespace, TaskQueue = queue }, Call());
        if (!activity.TaskToken.IsEmpty)
        {
            call++;
            await AnswerAsync(activity, fails: false);
        }

        return !task.TaskToken.IsEmpty || !activity.TaskToken.IsEmpty;
    }

    /// <summary>A trigger is acknowledged before what it starts has begun.</summary>
    private async Task<bool> IsScheduleAtRestAsync() =>
        (await Service.DescribeSchedule(new() { Namespace = Namespace, ScheduleId = ScheduleId }, Call())).Info.BufferSize == 0;

    private async Task<bool> IsAtRestAsync(WorkflowExecutionInfo info)
    {
        var description = await Service.DescribeWorkflowExecution(new() { Namespace = Namespace, Execution = info.Execution }, Call());
        if (description.PendingWorkflowTask is not null || description.PendingActivities.Count > 0)
        {
            return false;
        }

        var history = await HistoryAsync(info.Execution);
        var started = history.Where(e => e.TimerStartedEventAttributes is { StartToFireTimeout.Seconds: 0 }).Select(e => e.EventId);
        var initiated = history.Where(e => e.StartChildWorkflowExecutionInitiatedEventAttributes is not null).Select(e => e.EventId);
        var fired = history.Select(e => e.TimerFiredEventAttributes?.StartedEventId ?? 0);
        var resolved = history.Select(e =>
            e.ChildWorkflowExecutionStartedEventAttributes?.InitiatedEventId ?? e.StartChildWorkflowExecutionFailedEventAttributes?.InitiatedEventId ?? 0);
        return !started.Except(fired).Any() && !initiated.Except(resolved).Any();
    }

    private async Task EndAllAsync()
    {
        while (await ListAsync("ExecutionStatus = 'Running'") is { Count: > 0 } open)
        {
            foreach (var info in open)
            {
                await TryAsync(() => Service.SignalWorkflowExecution(
                    new() { Namespace = Namespace, WorkflowExecution = info.Execution, SignalName = "end" }, Call()));
            }

            for (var workflow = 0; workflow < CrashStep.Workflows; workflow++)
            {
                PollWorkflowTaskQueueResponse task;
                while (!(task = await Service.PollWorkflowTaskQueue(new() { Namespace = Namespace, TaskQueue = new() { Name = Queue(workflow) } }, Call())).TaskToken.IsEmpty)
                {
                    // A child's end may come in between: then the task has failed, and there is another.
                    await TryAsync(() => Service.RespondWorkflowTaskCompleted(new() { TaskToken = task.TaskToken, Commands = { ManualWorker.Complete() } }, Call()));
                }
            }
        }
    }

    private async Task<IReadOnlyList<WorkflowExecutionInfo>> ListAsync(string query) =>
        (await Service.ListWorkflowExecutions(new() { Namespace = Namespace, Query = query }, Call())).Executions;

    private async Task<IReadOnlyList<HistoryEvent>> HistoryAsync(WorkflowExecution execution) =>
        (await Service.GetWorkflowExecutionHistory(new() { Namespace = Namespace, Execution = execution }, Call())).History.Events;

    private async Task<Dictionary<string, IReadOnlyList<HistoryEvent>>> HistoriesAsync()
    {
        var histories = new Dictionary<string, IReadOnlyList<HistoryEvent>>();
        foreach (var runId in store.ReadAllRunIds())
        {
            histories[runId] = await HistoryAsync(new() { WorkflowId = store.ReadRun(runId)!.WorkflowId, RunId = runId });
        }

        return histories;
    }

    /// <summary>Lists and counts agree with the histories, and there are as many runs as were begun.</summary>
    private async Task VerifyListsAsync(Dictionary<string, IReadOnlyList<HistoryEvent>> histories)
    {
        var listed = await ListAsync("");
        Assert.That(listed.Select(info => info.Execution.RunId), Is.EquivalentTo(histories.Keys), "listed runs");
        foreach (var info in listed)
        {
            var closed = HistoryRules.IsClose(histories[info.Execution.RunId][^1]);
            Assert.That(info.Status == WorkflowExecutionStatus.Running, Is.Not.EqualTo(closed), $"listed status of {info.Execution}");
        }

        var running = await Service.CountWorkflowExecutions(new() { Namespace = Namespace, Query = "ExecutionStatus = 'Running'" }, Call());
        Assert.That(running.Count, Is.EqualTo(listed.Count(info => info.Status == WorkflowExecutionStatus.Running)), "counted open runs");
        foreach (var (workflowId, (least, most)) in ledger.Runs)
        {
            Assert.That(listed.Count(info => info.Execution.WorkflowId == workflowId), Is.InRange(least, most), $"runs of {workflowId}");
        }
    }

    private async Task VerifyScheduleAsync()
    {
        var schedule = await Service.DescribeSchedule(new() { Namespace = Namespace, ScheduleId = ScheduleId }, Call());
        Assert.That(schedule.Schedule.State?.Notes ?? "", Is.AnyOf([.. notes.Cast<object>()]), "the schedule's note");
        var started = (await ListAsync("")).Where(info => info.Execution.WorkflowId.StartsWith("scheduled", StringComparison.Ordinal)).ToList();
        Assert.That(started.Count, acknowledgedTriggers > 0 ? Is.Positive : Is.Not.Negative, "workflows that the schedule started");
        Assert.That(schedule.Info.RecentActions.Select(action => action.StartWorkflowResult.RunId), Is.SubsetOf(started.Select(info => info.Execution.RunId)));
    }
}
