using System.Diagnostics.CodeAnalysis;
using EmbeddedTemporal.Validation;

namespace EmbeddedTemporal.Matching;

/// <summary>
/// Waiting tasks by priority. Within a level each fairness key gets turns by its weight: a task's turn comes a stride after the last one of its key,
/// and the earliest turn goes first, in the order of arrival among equals (real server: fair_task_writer.go, counter/map.go).
/// </summary>
internal sealed class PrioritizedBacklog(TaskQueueSettings settings)
{
    private const int StrideOfWeightOne = 1000;

    private readonly PriorityQueue<QueuedTask, (int Level, long Turn, long Arrival)> tasks = new();
    private readonly Dictionary<int, FairLevel> levels = [];
    private long arrivals;

    public int Count => tasks.Count;

    public void Enqueue(QueuedTask task)
    {
        var level = TaskPriority.Level(task.Priority);
        var fair = Level(level);
        fair.Count++;
        tasks.Enqueue(task, (level, settings.IsFair ? fair.NextTurn(task.Priority?.FairnessKey ?? "", Stride(task)) : 0, arrivals++));
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
        fair.Reached = Math.Max(fair.Reached, place.Turn);
        return true;
    }

    public IReadOnlyDictionary<int, int> CountByLevel() => levels.Where(level => level.Value.Count > 0).ToDictionary(level => level.Key, level => level.Value.Count);

    private long Stride(QueuedTask task) => Math.Max(1, (long)(StrideOfWeightOne / TaskPriority.Weight(task.Priority, settings.FairnessWeights)));

    private FairLevel Level(int level) => levels.TryGetValue(level, out var known) ? known : levels[level] = new();

    private sealed class FairLevel
    {
        /// <summary>How many keys are remembered before those are forgotten whose turns are over.</summary>
        private const int RememberedKeys = 1000;

        private readonly Dictionary<string, long> lastTurns = [];

        public int Count { get; set; }

        /// <summary>Gets or sets the latest turn that was given: no new task comes before it, so a key that was away has nothing saved up.</summary>
        public long Reached { get; set; }

        public long NextTurn(string key, long stride)
        {
            if (lastTurns.Count >= RememberedKeys)
            {
                foreach (var past in lastTurns.Where(turn => turn.Value <= Reached).Select(turn => turn.Key).ToList())
                {
                    lastTurns.Remove(past);
                }
            }

            return lastTurns[key] = Math.Max(Reached, lastTurns.GetValueOrDefault(key) + stride);
        }
    }
}
