using Temporalio.Api.Query.V1;

namespace EmbeddedTemporal.History;

/// <summary>A query that travels with a workflow task.</summary>
internal sealed class BufferedQuery(WorkflowQuery query)
{
    public string Id { get; } = Guid.NewGuid().ToString();

    public WorkflowQuery Query { get; } = query;

    /// <summary>Gets the answer; null when no workflow task will carry the query and it must go to a worker directly.</summary>
    public TaskCompletionSource<WorkflowQueryResult?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A query that goes to a worker without a workflow task.</summary>
internal sealed class DirectQuery(WorkflowQuery query)
{
    public string Id { get; } = Guid.NewGuid().ToString();

    public WorkflowQuery Query { get; } = query;

    public TaskCompletionSource<Temporalio.Api.WorkflowService.V1.RespondQueryTaskCompletedRequest> Answer { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Queries that wait for a workflow task. Used only inside the run's transactions, except for answering.</summary>
internal sealed class QueryRegistry
{
    private readonly Dictionary<string, BufferedQuery> queries = [];

    public IReadOnlyCollection<BufferedQuery> Pending => queries.Values;

    public BufferedQuery Add(WorkflowQuery query)
    {
        var buffered = new BufferedQuery(query);
        queries[buffered.Id] = buffered;
        return buffered;
    }

    public void Remove(string id) => queries.Remove(id);

    public void Complete(string id, WorkflowQueryResult result)
    {
        if (queries.Remove(id, out var query))
        {
            query.Answer.TrySetResult(result);
        }
    }

    /// <summary>No workflow task is pending any more: those left go to a worker directly.</summary>
    public void ReleaseAll()
    {
        foreach (var query in queries.Values)
        {
            query.Answer.TrySetResult(null);
        }

        queries.Clear();
    }
}
