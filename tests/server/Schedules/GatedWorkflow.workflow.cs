using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Tests.Server.Schedules;

/// <summary>Waits for word how to end, and tells what it heard of the run before it.</summary>
[Workflow]
public class GatedWorkflow
{
    private string? ending;

    [WorkflowRun]
    public async Task<string> RunAsync()
    {
        await Workflow.WaitConditionAsync(() => ending is not null);
        if (ending == "fail")
        {
            throw new ApplicationFailureException("no luck");
        }
        return ending!;
    }

    [WorkflowSignal]
    public Task EndAsync(string how)
    {
        ending = how;
        return Task.CompletedTask;
    }

    [WorkflowQuery]
    public string Before => Workflow.Info.LastResult is { Count: > 0 } results
        ? (string)Workflow.PayloadConverter.ToValue(results.First().Payload, typeof(string))!
        : "nothing";

    [WorkflowQuery]
    public string FailureBefore => Workflow.Info.LastFailure?.Message ?? "none";
}
