using System.Diagnostics.CodeAnalysis;
using EmbeddedTemporal.Validation;

namespace EmbeddedTemporal.Matching;

/// <summary>
/// A backlog ordered by priority. Within a priority, tasks are dispatched fairly by key and weight (stride scheduling): a task's pass is one stride after the
/// previous one of its key, and the lowest pass goes first, in the order of arrival among equals (real server: fair_task_writer.go, counter/map.go).
/// </summary>
internal sealed class PrioritizedBacklog(TaskQueueSettings settings)
{
    private const int StrideOfWeightOne = 1000;

    private readonly PriorityQueue<QueuedTask, (int Level, long Pass, long Arrival)> tasks = new();
    private readonly Dictionary<int, FairLevel> levels = [];
    private long arrivals;

    public int Count => tasks.Count;

    public void Enqueue(QueuedTask task)
    {
        var level = TaskPriority.Level(task.Priority);
        var fair = Level(level);
        fair.Count++;
        tasks.Enqueue(task, (level, settings.IsFair ? fair.NextPass(task.Priority?.FairnessKey ?? "", Stride(task)) : 0, arrivals++));
    }

    public QueuedTask? Peek() => tasks.TryPeek(out var task, out _) ? task : null;

    public bool TryDequeue([NotNullWhen(true)] out QueuedTask? task)
    {
        if (!tasks.TryDequeue(out task, out var place))
        {
            return false;
        }

        var fair = levels[place.Level];
        fair.Count--;
        fair.Reached = Math.Max(fair.Reached, place.Pass);
        return true;
    }

    public IReadOnlyDictionary<int, int> CountByLevel() => levels.Where(level => level.Value.Count > 0).ToDictionary(level => level.Key, level => level.Value.Count);

    private long Stride(QueuedTask task) => Math.Max(1, (long)(StrideOfWeightOne / TaskPriority.Weight(task.Priority, settings.FairnessWeights)));

    private FairLevel Level(int level) => levels.TryGetValue(level, out var known) ? known : levels[level] = new();

    private sealed class FairLevel
    {
        /// <summary>The number of keys above which the keys whose passes were dispatched are removed.</summary>
        private const int MostKeys = 1000;

        private readonly Dictionary<string, long> lastPasses = [];

        public int Count { get; set; }

        /// <summary>Gets or sets the latest dispatched pass. New tasks do not get a lower one, so an idle key does not accumulate credit.</summary>
        public long Reached { get; set; }

        public long NextPass(string key, long stride)
        {
            if (lastPasses.Count >= MostKeys)
            {
                foreach (var past in lastPasses.Where(pass => pass.Value <= Reached).Select(pass => pass.Key).ToList())
                {
                    lastPasses.Remove(past);
                }
            }

            return lastPasses[key] = Math.Max(Reached, lastPasses.GetValueOrDefault(key) + stride);
        }
    }
}
