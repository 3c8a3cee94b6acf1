using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Tests.Server.Workflows;

/// <summary>Starts a child and, as told, waits for it or ends before it.</summary>
[Workflow]
public class ParentWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync(string childId, ParentClosePolicy policy, bool waits)
    {
        var child = await Workflow.StartChildWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), new() { Id = childId, ParentClosePolicy = policy });
        if (!waits)
        {
            return child.FirstExecutionRunId;
        }

        await child.SignalAsync(wf => wf.AddAsync("from the parent"));
        await child.SignalAsync(wf => wf.FinishAsync());
        return string.Join(",", await child.GetResultAsync<List<string>>());
    }
}

/// <summary>Starts a child and waits for what it answers.</summary>
[Workflow]
public class WaitingParentWorkflow
{
    [WorkflowRun]
    public async Task<List<string>> RunAsync(string childId, ParentClosePolicy policy)
    {
        var child = await Workflow.StartChildWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), new() { Id = childId, ParentClosePolicy = policy });
        return await child.GetResultAsync<List<string>>();
    }
}

/// <summary>Sends a signal to any workflow, then cancels it.</summary>
[Workflow]
public class MeddlingWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync(string targetId)
    {
        var target = Workflow.GetExternalWorkflowHandle<MessagesWorkflow>(targetId);
        try
        {
            await target.SignalAsync(wf => wf.AddAsync("from outside"));
            await target.CancelAsync();
            return "reached";
        }
        catch (FailureException failure)
        {
            return failure.Message;
        }
    }
}

/// <summary>Goes on as a new run until the count is used up.</summary>
[Workflow]
public class ContinuingWorkflow
{
    [WorkflowRun]
    public Task<int> RunAsync(int left, int runs) => left == 0
        ? Task.FromResult(runs)
        : throw Workflow.CreateContinueAsNewException((ContinuingWorkflow wf) => wf.RunAsync(left - 1, runs + 1));
}

/// <summary>Fails until its third attempt.</summary>
[Workflow]
public class ThirdTimeLuckyWorkflow
{
    [WorkflowRun]
    public Task<int> RunAsync() => Workflow.Info.Attempt < 3
        ? throw new ApplicationFailureException($"attempt {Workflow.Info.Attempt}")
        : Task.FromResult(Workflow.Info.Attempt);
}

/// <summary>Sleeps, then tells how long it thinks it slept.</summary>
[Workflow]
public class SleepingWorkflow
{
    [WorkflowRun]
    public async Task<TimeSpan> RunAsync(TimeSpan span)
    {
        var begin = Workflow.UtcNow;
        await Workflow.DelayAsync(span);
        return Workflow.UtcNow - begin;
    }
}

/// <summary>A cron workflow that counts its runs through the last result.</summary>
[Workflow]
public class CountingWorkflow
{
    [WorkflowRun]
    public Task<int> RunAsync()
    {
        var last = Workflow.Info.LastResult?.SingleOrDefault();
        return Task.FromResult((last is null ? 0 : Workflow.PayloadConverter.ToValue<int>(last)) + 1);
    }
}
