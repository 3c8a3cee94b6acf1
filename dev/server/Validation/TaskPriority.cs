using Temporalio.Api.Common.V1;

namespace EmbeddedTemporal.Validation;

/// <summary>What a priority means to a queue (real server: matching/config.go, fairness_util.go, common/priorities).</summary>
internal static class TaskPriority
{
    /// <summary>The level of tasks without a priority key; a smaller one goes first.</summary>
    public const int DefaultLevel = 3;

    public const int LowestLevel = 5;

    private const int LongestFairnessKey = 64;

    private const float SmallestWeight = 0.001f;

    /// <summary>Answers the level of a task, 1 to 5.</summary>
    public static int Level(Priority? priority) => priority is { PriorityKey: not 0 and var key } ? Math.Clamp(key, 1, LowestLevel) : DefaultLevel;

    /// <summary>Answers the share that a fairness key has of its level: what the queue's configuration says, else the task, else one.</summary>
    public static float Weight(Priority? priority, IReadOnlyDictionary<string, float> overrides)
    {
        var weight = overrides.TryGetValue(priority?.FairnessKey ?? "", out var overridden) ? overridden : priority?.FairnessWeight ?? 0;
        return weight <= 0 ? 1 : Math.Max(weight, SmallestWeight);
    }

    /// <summary>Answers what is in force where the second is given on top of the first: each part that it sets.</summary>
    public static Priority? Merge(Priority? inherited, Priority? own) => (inherited, own) switch
    {
        (null, _) => own,
        (_, null) => inherited,
        var (from, over) => new Priority
        {
            PriorityKey = over.PriorityKey != 0 ? over.PriorityKey : from.PriorityKey,
            FairnessKey = over.FairnessKey.Length > 0 ? over.FairnessKey : from.FairnessKey,
            FairnessWeight = over.FairnessWeight != 0 ? over.FairnessWeight : from.FairnessWeight,
        },
    };

    /// <summary>Answers what is wrong with a priority, null for nothing.</summary>
    public static string? Fault(Priority? priority) => priority switch
    {
        null => null,
        { PriorityKey: < 0 } => "priority key can't be negative",
        _ when KeyFault(priority.FairnessKey) is { } fault => fault,
        { FairnessWeight: < 0 } => "must be greater than zero",
        _ => null,
    };

    /// <summary>Answers what is wrong with a fairness key, null for nothing.</summary>
    public static string? KeyFault(string key) =>
        System.Text.Encoding.UTF8.GetByteCount(key) > LongestFairnessKey ? "fairness key length exceeds limit" : null;
}
