using EmbeddedTemporal.Validation;

namespace EmbeddedTemporal.Matching;

/// <summary>
/// The backlog of a queue: in the order of arrival until the first task with a priority or a fairness key is added; from then on by priority and
/// fairness. Not thread-safe.
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

    /// <summary>Removes and returns all tasks in order.</summary>
    public List<QueuedTask> Drain()
    {
        var drained = new List<QueuedTask>(Count);
        while (TryDequeue(out var task))
        {
            drained.Add(task);
        }

        return drained;
    }

    /// <summary>Returns the number of tasks by priority.</summary>
    public IReadOnlyDictionary<int, int> CountByPriority() =>
        prioritized?.CountByLevel() ?? (plain.Count == 0 ? [] : new Dictionary<int, int> { [TaskPriority.DefaultLevel] = plain.Count });
}
