using Temporalio.Api.Query.V1;

namespace EmbeddedTemporal.History.Requests;

/// <summary>A query that is attached to a workflow task.</summary>
internal sealed class BufferedQuery(WorkflowQuery query)
{
    public string Id { get; } = Guid.NewGuid().ToString();

    public WorkflowQuery Query { get; } = query;

    /// <summary>Gets the result; null when there is no workflow task to attach the query to and it has to be dispatched directly.</summary>
    public TaskCompletionSource<WorkflowQueryResult?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A query that is dispatched to a worker without a workflow task.</summary>
internal sealed class DirectQuery(WorkflowQuery query)
{
    public string Id { get; } = Guid.NewGuid().ToString();

    public WorkflowQuery Query { get; } = query;

    public TaskCompletionSource<Temporalio.Api.WorkflowService.V1.RespondQueryTaskCompletedRequest> Answer { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The buffered queries of a run. Accessed only under the run's lock, except for <see cref="BufferedQuery.Answer"/>.</summary>
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

    /// <summary>Releases the remaining queries for direct dispatch, because no workflow task is pending.</summary>
    public void ReleaseAll()
    {
        foreach (var query in queries.Values)
        {
            query.Answer.TrySetResult(null);
        }

        queries.Clear();
    }
}
