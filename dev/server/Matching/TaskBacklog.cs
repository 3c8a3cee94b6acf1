using EmbeddedTemporal.Validation;

namespace EmbeddedTemporal.Matching;

/// <summary>
/// The tasks of a queue that wait for a poller: in the order they came in, until the first comes that has a priority or a fairness key; from then
/// on by priority and fairness. Not thread-safe.
/// </summary>
internal sealed class TaskBacklog(TaskQueueSettings settings)
{
    private readonly Queue<QueuedTask> plain = new();
    private PrioritizedBacklog? prioritized;

    public int Count => prioritized?.Count ?? plain.Count;

    public void Enqueue(QueuedTask task)
    {
        if (prioritized is null && task.Priority is null)
        {
            plain.Enqueue(task);
            return;
        }

        if (prioritized is null)
        {
            prioritized = new(settings);
            while (plain.TryDequeue(out var earlier))
            {
                prioritized.Enqueue(earlier);
            }
        }

        prioritized.Enqueue(task);
    }

    public QueuedTask? Peek() => prioritized is not null ? prioritized.Peek() : plain.TryPeek(out var task) ? task : null;

    public bool TryDequeue([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out QueuedTask? task) =>
        prioritized is not null ? prioritized.TryDequeue(out task) : plain.TryDequeue(out task);

    /// <summary>Takes out all of them, first to last.</summary>
    public List<QueuedTask> Drain()
    {
        var drained = new List<QueuedTask>(Count);
        while (TryDequeue(out var task))
        {
            drained.Add(task);
        }

        return drained;
    }

    /// <summary>Answers how many wait of each priority.</summary>
    public IReadOnlyDictionary<int, int> CountByPriority() =>
        prioritized?.CountByLevel() ?? (plain.Count == 0 ? [] : new Dictionary<int, int> { [TaskPriority.DefaultLevel] = plain.Count });
}
