using Temporalio.Api.Common.V1;

namespace EmbeddedTemporal.Validation;

/// <summary>Defaults, inheritance and validation of priorities (real server: matching/config.go, fairness_util.go, common/priorities).</summary>
internal static class TaskPriority
{
    /// <summary>The priority level of tasks without a priority key; lower levels are dispatched first.</summary>
    public const int DefaultLevel = 3;

    public const int LowestLevel = 5;

    private const int LongestFairnessKey = 64;

    private const float SmallestWeight = 0.001f;

    /// <summary>Returns the priority level of a task, 1 to 5.</summary>
    public static int Level(Priority? priority) => priority is { PriorityKey: not 0 and var key } ? Math.Clamp(key, 1, LowestLevel) : DefaultLevel;

    /// <summary>Returns the fairness weight of a task: the override in the queue's configuration, else the task's weight, else one.</summary>
    public static float Weight(Priority? priority, IReadOnlyDictionary<string, float> overrides)
    {
        var weight = overrides.TryGetValue(priority?.FairnessKey ?? "", out var overridden) ? overridden : priority?.FairnessWeight ?? 0;
        return weight <= 0 ? 1 : Math.Max(weight, SmallestWeight);
    }

    /// <summary>Returns the inherited priority with the fields that the own one sets replaced.</summary>
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

    /// <summary>Returns the error of a priority, or null.</summary>
    public static string? Fault(Priority? priority) => priority switch
    {
        null => null,
        { PriorityKey: < 0 } => "priority key can't be negative",
        _ when KeyFault(priority.FairnessKey) is { } fault => fault,
        { FairnessWeight: < 0 } => "must be greater than zero",
        _ => null,
    };

    /// <summary>Returns the error of a fairness key, or null.</summary>
    public static string? KeyFault(string key) =>
        System.Text.Encoding.UTF8.GetByteCount(key) > LongestFairnessKey ? "fairness key length exceeds limit" : null;
}
