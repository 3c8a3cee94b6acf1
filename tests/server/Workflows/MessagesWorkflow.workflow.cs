using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Tests.Server.Workflows;

/// <summary>Collects what it is sent until it is told to finish.</summary>
[Workflow]
public class MessagesWorkflow
{
    private readonly List<string> received = [];
    private bool finished;

    [WorkflowRun]
    public async Task<List<string>> RunAsync()
    {
        await Workflow.WaitConditionAsync(() => finished);
        return received;
    }

    [WorkflowSignal]
    public Task AddAsync(string text)
    {
        received.Add(text);
        return Task.CompletedTask;
    }

    [WorkflowSignal]
    public Task FinishAsync()
    {
        finished = true;
        return Task.CompletedTask;
    }

    [WorkflowQuery]
    public List<string> Received() => received;

    [WorkflowQuery]
    public string Broken() => throw new InvalidOperationException("cannot say");

    [WorkflowUpdate]
    public Task<int> AppendAsync(string text)
    {
        received.Add(text);
        return Task.FromResult(received.Count);
    }

    [WorkflowUpdateValidator(nameof(AppendAsync))]
    public void ValidateAppend(string text)
    {
        if (text.Length == 0)
        {
            throw new ApplicationFailureException("nothing to append");
        }
    }

    /// <summary>Accepted at once, completed only when the workflow finishes.</summary>
    [WorkflowUpdate]
    public async Task<string> AppendWhenFinishedAsync(string text)
    {
        await Workflow.WaitConditionAsync(() => finished);
        received.Add(text);
        return text;
    }
}
